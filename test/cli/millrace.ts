import { type ChildProcess, spawn } from 'node:child_process'
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import process from 'node:process'
import { running } from '../support/node-arguments.ts'
import type { TestContext } from '../support/suite.ts'

export interface Said {
  readonly code: number | null
  readonly signal: NodeJS.Signals | null
  readonly out: string
  readonly err: string
}

export interface CallOptions {
  readonly env?: Readonly<Record<string, string>>
  /** What stands on the standard input. */
  readonly input?: string
  /** For node. */
  readonly flags?: readonly string[]
  /** Its data folder unless told. */
  readonly cwd?: string
}

/** What a process is started with. */
export interface Command {
  readonly file: string
  readonly args: readonly string[]
  readonly cwd: string
  readonly env: Readonly<Record<string, string>>
}

/** The command as it is called from a shell, with a data folder of its own. No server survives the test. */
export class Millrace {
  readonly data: string
  /** Nothing of the user who runs the tests is read or written. */
  readonly #homes: Readonly<Record<string, string>>
  readonly #children = new Set<ChildProcess>()

  /** @param parent of its data folder */
  constructor({ cleanup, signal }: TestContext, parent: string = tmpdir()) {
    this.data = mkdtempSync(join(parent, 'millrace-cli-'))
    this.#homes = {
      MILLRACE_HOME: this.data,
      XDG_CONFIG_HOME: join(this.data, 'config'),
      XDG_STATE_HOME: join(this.data, 'state'),
    }
    cleanup(() => {
      if (signal.aborted) this.#showLog()
      for (const child of this.#children) child.kill('SIGKILL')
      this.killServer()
      rmSync(this.data, { recursive: true, force: true, maxRetries: 5, retryDelay: 100 })
    })
  }

  /** How the command is called, for a PseudoTerminal. */
  command(args: readonly string[], { env = {}, flags = [], cwd = this.data }: CallOptions = {}): Command {
    const inherited = Object.entries(process.env).filter(
      ([name]) => !/^(MILLRACE|XDG)_|^NO_COLOR$/.test(name),
    )
    return {
      file: process.execPath,
      args: [...flags, ...running('src/cli/main.ts'), ...args],
      cwd,
      env: { ...(Object.fromEntries(inherited) as Record<string, string>), ...this.#homes, ...env },
    }
  }

  spawn(args: readonly string[], options: CallOptions = {}): ChildProcess {
    const { file, args: all, cwd, env } = this.command(args, options)
    const child = spawn(file, all, { cwd, env, stdio: ['pipe', 'pipe', 'pipe'] })
    this.#children.add(child)
    child.once('close', () => this.#children.delete(child))
    return child
  }

  async call(args: readonly string[], options: CallOptions = {}): Promise<Said> {
    const child = this.spawn(args, options)
    child.stdin!.on('error', () => {})
    child.stdin!.end(options.input ?? '')
    let [out, err] = ['', '']
    child.stdout!.on('data', (text: Buffer) => (out += text.toString()))
    child.stderr!.on('data', (text: Buffer) => (err += text.toString()))
    return new Promise((resolve) => {
      child.once('close', (code, signal) => resolve({ code, signal, out, err }))
    })
  }

  jobmanager(...args: readonly string[]): Promise<Said> {
    return this.call(['jobmanager', ...args])
  }

  /** Of the server that there is, or was last. */
  get server(): { readonly pid: number; readonly port: number; readonly state: string } | undefined {
    try {
      return JSON.parse(readFileSync(join(this.data, 'server.json'), 'utf8')) as never
    } catch {
      return undefined
    }
  }

  /** What a test that ran out of time has to go by. */
  #showLog(): void {
    const file = join(this.data, 'logs', 'server.log')
    if (existsSync(file)) console.error(readFileSync(file, 'utf8').slice(-4000))
  }

  killServer(): void {
    try {
      if (this.server !== undefined) process.kill(this.server.pid, 'SIGKILL')
    } catch {
      // It is gone.
    }
  }
}
