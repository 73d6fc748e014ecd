import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import type { Readable } from 'node:stream'
import { identityOf } from '../../storage/file/process-identity.ts'
import type { Clock } from '../../time/clock.ts'
import { delay } from '../../time/delay.ts'
import type { Order, Report } from '../process/messages.ts'
import type { StartedProcess } from './job-folder.ts'
import type { JobProcessCommand } from './job-process-command.ts'
import { killGroup } from './leftover-process.ts'
import { LogCapture, type NewLine } from './log-capture.ts'
import { reportSchema } from './report-schema.ts'

/** Milliseconds for what a process has written before its end to be read. */
const READ_DEADLINE = 5_000

/** Messages that are not understood and told of: those of a library of another version may be many. */
const MOST_NONSENSE = 3

/** How a process ended. */
export interface ProcessEnd {
  readonly code: number | null
  readonly signal: NodeJS.Signals | null
  /** V8 said that it had no memory left. */
  readonly heapExhausted: boolean
}

export interface ProcessListener {
  report(report: Report): void
  /** Something else than a report came. */
  nonsense(reason: string): void
  lines(lines: readonly NewLine[]): void
}

/** What V8 writes before it aborts. */
const heapExhausted = /^(?:FATAL ERROR|#? ?Fatal).*(?:out of memory|OOM)/

/** A job's process, as its parent has it: leader of a group of its own, with an IPC channel. */
export class SpawnedProcess {
  readonly started: StartedProcess
  /** Resolves when the process and its group are gone and what they wrote is read. Never rejects. */
  readonly ended: Promise<ProcessEnd>
  readonly #child: ChildProcess
  readonly #clock: Clock
  readonly #capture: LogCapture
  #heapExhausted = false
  #nonsense = 0

  private constructor(child: ChildProcess, token: string, clock: Clock, listener: ProcessListener) {
    this.#child = child
    this.#clock = clock
    this.started = { ...identityOf(child.pid!), token }
    const { stdout, stderr } = child as { stdout: Readable; stderr: Readable }
    this.#capture = new LogCapture({ stdout, stderr }, clock, (lines) => {
      this.#heapExhausted ||= lines.some(
        ({ stream, text }) => stream === 'stderr' && heapExhausted.test(text),
      )
      listener.lines(lines)
    })
    child.on('message', (message) => {
      const { success, data, error } = reportSchema.safeParse(message)
      if (success) return listener.report(data)
      if (this.#nonsense++ >= MOST_NONSENSE) return
      listener.nonsense(error.issues.map(({ path, message: why }) => `${path.join('.')}: ${why}`).join('; '))
    })
    this.ended = this.#end()
  }

  /** @throws what the system says against it: there are no file descriptors left, for one. */
  static async start(
    command: JobProcessCommand,
    clock: Clock,
    listener: ProcessListener,
  ): Promise<SpawnedProcess> {
    const { file, args, cwd, env, token } = command
    const child = spawn(file, args, { cwd, env, detached: true, stdio: ['ignore', 'pipe', 'pipe', 'ipc'] })
    // Rejects with the `error` event, which is all there is of a process that could not be made.
    await once(child, 'spawn')
    // Sending to one that is gone, for one: its exit tells all there is to know.
    child.on('error', () => {})
    return new SpawnedProcess(child, token, clock, listener)
  }

  /** The process waits until what it has written is read, and may not be able to do anything else meanwhile. */
  get throttled(): boolean {
    return this.#capture.throttling
  }

  send(order: Order): void {
    if (this.#child.connected) this.#child.send(order, () => {})
  }

  /** With all that it has started, where the system has groups. */
  kill(): void {
    killGroup(this.started.pid)
    this.#child.kill('SIGKILL')
  }

  async #end(): Promise<ProcessEnd> {
    const closed = new Promise<void>((resolve) => void this.#child.once('close', () => resolve()))
    const { code, signal } = await new Promise<Pick<ProcessEnd, 'code' | 'signal'>>((resolve) => {
      this.#child.once('exit', (exitCode, by) => resolve({ code: exitCode, signal: by }))
    })
    // Whom it has left behind holds its pipes open, and its files.
    this.kill()
    const late = new AbortController()
    await Promise.race([
      Promise.all([closed, this.#capture.ended]),
      delay(this.#clock, READ_DEADLINE, [late.signal]).catch(() => {}),
    ])
    late.abort()
    this.#capture.destroy()
    if (this.#child.connected) this.#child.disconnect()
    return { code, signal, heapExhausted: this.#heapExhausted }
  }
}
