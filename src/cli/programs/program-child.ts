import { type ChildProcess, spawn, type StdioOptions } from 'node:child_process'
import process from 'node:process'
import type { Readable } from 'node:stream'
import type { FoundProgram } from './find-program.ts'
import {
  type InterruptSignal,
  ORDER,
  type ProgramCommand,
  type ProgramOrder,
  type ProgramReport,
} from './messages.ts'

/** How a program's process ended. */
export interface ProgramEnd {
  /** Null: a signal ended it. */
  readonly code: number | null
  readonly signal: NodeJS.Signals | null
}

export interface ProgramChildOptions {
  readonly args: readonly string[]
  readonly order: ProgramOrder
  /** Beside what this process has. */
  readonly env?: Readonly<Record<string, string>>
  /** Its standard output and standard error; a number is one of this process. */
  readonly output: readonly ['inherit' | 'pipe' | number, 'inherit' | 'pipe' | number]
  readonly heard: (report: ProgramReport) => void
}

/** The process of a program that a command runs. */
export class ProgramChild {
  /** When it is gone, and all it had to tell is told. */
  readonly ended: Promise<ProgramEnd>
  readonly #child: ChildProcess
  readonly #times: Record<InterruptSignal, number> = { SIGINT: 0, SIGTERM: 0 }

  constructor(program: FoundProgram, { args, order, env = {}, output, heard }: ProgramChildOptions) {
    const stdio: StdioOptions = ['inherit', ...output, 'ipc']
    const child = spawn(process.execPath, [...program.nodeArgs, program.path, ...args], {
      stdio,
      serialization: 'advanced',
      env: { ...process.env, ...program.env, ...env, [ORDER]: JSON.stringify(order) },
    })
    this.#child = child
    child.on('message', (report) => heard(report as ProgramReport))
    const untold = new Promise<void>((resolve) => child.once('disconnect', resolve))
    this.ended = new Promise((resolve, reject) => {
      child.once('error', reject)
      child.once('close', (code, signal) => void untold.then(() => resolve({ code, signal })))
    })
  }

  /** Its output, where it is piped. */
  get outputs(): readonly [Readable | null, Readable | null] {
    const { stdout, stderr } = this.#child
    return [stdout, stderr]
  }

  /** This process has had the signal. The third time the program has had its chance. */
  interrupt(signal: InterruptSignal): void {
    const times = ++this.#times[signal]
    if (this.#times.SIGINT + this.#times.SIGTERM > 2) this.kill()
    else this.#tell({ type: 'interrupt', signal, times })
  }

  /** Has its jobs stop, and the process end. */
  stop(): void {
    this.#tell({ type: 'stop' })
  }

  endJob(id: string, abort: boolean): void {
    this.#tell({ type: 'end-job', id, abort })
  }

  kill(): void {
    this.#child.kill('SIGKILL')
  }

  #tell(command: ProgramCommand): void {
    // It may be gone already.
    if (this.#child.connected) this.#child.send(command, () => {})
  }
}
