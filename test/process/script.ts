import { type ChildProcess, spawn } from 'node:child_process'
import process from 'node:process'
import { fileURLToPath } from 'node:url'
import { typescript } from '../support/node-arguments.ts'

export interface ScriptOptions {
  readonly signal: AbortSignal
  /** For node. */
  readonly flags?: readonly string[]
  /** For the script. */
  readonly args?: readonly string[]
}

/** A script of `fixtures/`, or elsewhere, in a process of its own. It is killed with the test. */
export class Script {
  readonly #child: ChildProcess
  readonly #ended: Promise<Ended>
  #output = ''
  #errors = ''
  #changed: () => void = () => {}

  constructor(name: string | URL, { signal, flags = [], args = [] }: ScriptOptions) {
    const path = fileURLToPath(name instanceof URL ? name : new URL(`fixtures/${name}.ts`, import.meta.url))
    const child = spawn(process.execPath, [...typescript(), ...flags, path, ...args], {
      stdio: ['ignore', 'pipe', 'pipe'],
    })
    this.#child = child
    child.stdout.on('data', (text: Buffer) => {
      this.#output += text.toString()
      this.#changed()
    })
    child.stderr.on('data', (text: Buffer) => (this.#errors += text.toString()))
    this.#ended = new Promise((resolve) => {
      child.once('close', (code, by) => {
        this.#changed()
        resolve({ code, signal: by, lines: linesOf(this.#output), errors: this.#errors })
      })
    })
    const kill = (): void => void child.kill('SIGKILL')
    signal.addEventListener('abort', kill, { once: true })
    void this.#ended.then(() => signal.removeEventListener('abort', kill))
  }

  /** Resolves once the script has printed this line; rejects when it ends without. */
  async printed(line: string): Promise<void> {
    if (await this.reaches(line)) return
    throw new Error(`it ended without "${line}": ${this.#output}${this.#errors}`)
  }

  /** True once the script has printed this line; false when it ends without. */
  async reaches(line: string): Promise<boolean> {
    while (!linesOf(this.#output).includes(line)) {
      if (this.#child.exitCode !== null) return false
      await new Promise<void>((resolve) => (this.#changed = resolve))
    }
    return true
  }

  /** The first line that matches; rejects when it ends without. */
  async printedWith(pattern: RegExp): Promise<string> {
    for (;;) {
      const line = linesOf(this.#output).find((one) => pattern.test(one))
      if (line !== undefined) return line
      if (this.#child.exitCode !== null)
        throw new Error(`it ended without ${String(pattern)}: ${this.#errors}`)
      await new Promise<void>((resolve) => (this.#changed = resolve))
    }
  }

  get pid(): number {
    return this.#child.pid as number
  }

  kill(): void {
    this.#child.kill('SIGKILL')
  }

  interrupt(): void {
    this.#child.kill('SIGINT')
  }

  ended(): Promise<Ended> {
    return this.#ended
  }
}

export interface Ended {
  readonly code: number | null
  readonly signal: NodeJS.Signals | null
  /** What it wrote to stdout. */
  readonly lines: readonly string[]
  readonly errors: string
}

const linesOf = (output: string): string[] => output.split('\n').filter((line) => line !== '')
