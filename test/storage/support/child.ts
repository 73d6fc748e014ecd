import { spawn } from 'node:child_process'
import { once } from 'node:events'
import process from 'node:process'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { typescript } from '../../support/node-arguments.ts'
import type { TestContext } from '../../support/suite.ts'

const ours = new URL('../fixtures/', import.meta.url)

/** A script of fixtures, of this folder unless told, in a process of its own, line by line. It is killed with the test. */
export class Child {
  readonly pid: number
  readonly #child
  readonly #lines: AsyncIterator<string>
  #errors = ''

  constructor(
    name: string,
    args: readonly string[],
    { cleanup }: Pick<TestContext, 'cleanup'>,
    fixtures: URL = ours,
  ) {
    const path = fileURLToPath(new URL(`${name}.ts`, fixtures))
    const child = spawn(process.execPath, [...typescript(), path, ...args])
    child.stderr.on('data', (text: Buffer) => (this.#errors += text.toString()))
    this.pid = child.pid!
    this.#child = child
    this.#lines = createInterface(child.stdout)[Symbol.asyncIterator]()
    cleanup(() => this.kill())
  }

  say(line: string): void {
    this.#child.stdin.write(`${line}\n`)
  }

  /** The next line it prints, or undefined at its end. */
  async line(): Promise<string | undefined> {
    const { done, value } = await this.#lines.next()
    if (this.#errors !== '') throw new Error(this.#errors)
    return done === true ? undefined : value
  }

  /** Resolves when it is dead. */
  async kill(): Promise<void> {
    if (this.#child.exitCode !== null || this.#child.signalCode !== null) return
    const exit = once(this.#child, 'exit')
    this.#child.kill('SIGKILL')
    await exit
  }
}
