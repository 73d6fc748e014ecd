import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import process from 'node:process'
import { running } from '../../../support/node-arguments.ts'
import type { TestContext } from '../../../support/suite.ts'
import { assertNothingLeft, temporary } from './scene.ts'

/** `millrace jobmanager run`, to be killed and started again: always in the same folder, at the same port. */
export class ServerProcess {
  readonly folder: string
  readonly data: string
  readonly #args: readonly string[]
  readonly #env: NodeJS.ProcessEnv
  #child: ChildProcess | null = null
  #said = ''
  #port = 0

  private constructor(folder: string, args: readonly string[], env: NodeJS.ProcessEnv) {
    this.folder = folder
    this.data = join(folder, 'data')
    this.#args = args
    this.#env = env
  }

  static async start(
    context: TestContext,
    { args = [], env = {} }: { readonly args?: readonly string[]; readonly env?: NodeJS.ProcessEnv } = {},
  ): Promise<ServerProcess> {
    const server = new ServerProcess(temporary(context), args, env)
    context.cleanup(async () => {
      await server.stop()
      assertNothingLeft(server.data)
    })
    await server.start()
    return server
  }

  get port(): number {
    return this.#port
  }

  get pid(): number {
    return this.#child!.pid!
  }

  /** Resolves when it listens. */
  async start(): Promise<void> {
    const { MILLRACE_TOKEN: _, MILLRACE_HOME: __, ...inherited } = process.env
    const args = ['jobmanager', 'run', '--data', this.data, '--port', `${this.#port}`, ...this.#args]
    const child = spawn(process.execPath, [...running('src/cli/main.ts'), ...args], {
      env: { ...inherited, ...this.#env },
      stdio: ['ignore', 'pipe', 'pipe'],
    })
    this.#child = child
    this.#said = ''
    await new Promise<void>((resolve, reject) => {
      const hear = (text: Buffer): void => {
        this.#said += text.toString()
        const [, port] = /listening on http:\/\/127\.0\.0\.1:(\d+)/.exec(this.#said) ?? []
        if (port === undefined) return
        this.#port = Number(port)
        resolve()
      }
      child.stdout.on('data', hear)
      child.stderr.on('data', hear)
      child.once('close', () => reject(new Error(`the server has ended: ${this.#said}`)))
    })
  }

  /** As a crash would. */
  async kill(): Promise<void> {
    await this.#end('SIGKILL')
  }

  /** Resolves when it has saved what runs, and is gone. */
  async stop(): Promise<void> {
    await this.#end('SIGTERM')
  }

  async #end(signal: 'SIGKILL' | 'SIGTERM'): Promise<void> {
    const child = this.#child
    this.#child = null
    if (child === null || child.exitCode !== null || child.signalCode !== null) return
    const closed = once(child, 'close')
    child.kill(signal)
    await closed
  }
}
