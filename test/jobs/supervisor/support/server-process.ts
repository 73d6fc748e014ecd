import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import process from 'node:process'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { typescript } from '../../../support/node-arguments.ts'
import type { TestContext } from '../../../support/suite.ts'
import type { Work } from './managed.ts'
import type { RealJob } from './real-jobs.ts'

/** A job manager in a process of its own, which is killed with the test. */
export class ServerProcess {
  readonly #child: ChildProcess
  readonly #lines: AsyncIterator<string>

  constructor(
    { cleanup }: TestContext,
    data: string,
    maxRunning: number,
    jobs: 'stand-ins' | 'real' = 'stand-ins',
  ) {
    const path = fileURLToPath(new URL('../fixtures/server.ts', import.meta.url))
    const child = spawn(process.execPath, [...typescript(), path, data, String(maxRunning), jobs], {
      stdio: ['pipe', 'pipe', 'inherit'],
    })
    this.#child = child
    this.#lines = createInterface(child.stdout)[Symbol.asyncIterator]()
    cleanup(() => this.kill())
  }

  submit(words: string, work: Work = {}): Promise<string> {
    return this.#ask({ submit: words, work })
  }

  /** With the library's own process. */
  ledger(name: string, job: RealJob): Promise<string> {
    return this.#ask({ ledger: name, job })
  }

  stop(id: string): Promise<string> {
    return this.#ask({ stop: id })
  }

  cancel(id: string): Promise<string> {
    return this.#ask({ cancel: id })
  }

  remove(id: string): Promise<string> {
    return this.#ask({ remove: id })
  }

  /** As `kill -9` does. Resolves when it is dead. */
  async kill(): Promise<void> {
    if (this.#child.exitCode !== null || this.#child.signalCode !== null) return
    const exit = once(this.#child, 'exit')
    this.#child.kill('SIGKILL')
    await exit
  }

  async #ask(command: object): Promise<string> {
    this.#child.stdin!.write(`${JSON.stringify(command)}\n`)
    const { done, value } = await this.#lines.next()
    if (done === true) throw new Error('the server has ended')
    return value
  }
}
