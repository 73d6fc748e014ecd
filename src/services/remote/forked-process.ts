import { type ChildProcess, fork } from 'node:child_process'
import process from 'node:process'
import type { Duplex } from 'node:stream'
import { serialize } from 'node:v8'
import { backgroundTimers } from '../../time/background-timers.ts'
import { LastLines } from './last-lines.ts'
import type { ProcessEvents, ProcessExit, ServiceProcess } from './launch.ts'
import type { Order, Report } from './messages.ts'

/** File descriptor of a forked process from which it reads what it is there for. */
export const ORDER_FD = 4
/** Milliseconds for what a process wrote last, where somebody else holds on to its streams. */
const LAST_WORDS = 500

export interface Fork {
  /** Absolute path of the program. */
  readonly entry: string
  readonly argv: readonly string[]
  readonly execArgv: readonly string[]
  /** What it reads from its `ORDER_FD`: may be cloned. */
  readonly order: unknown
}

export interface ForkedProcess extends ServiceProcess {
  /** Undefined: it could not be started. */
  readonly pid: number | undefined
}

/**
 * Forks a process that hosts a service. It writes to the streams that this process writes to, and is told of by what it
 * wrote last on stderr.
 */
export function forkProcess({ entry, argv, execArgv, order }: Fork, events: ProcessEvents): ForkedProcess {
  const child = fork(entry, argv, {
    execArgv: [...execArgv],
    serialization: 'advanced',
    stdio: ['ignore', 'inherit', 'pipe', 'ipc', 'pipe'],
  })
  const lastLines = new LastLines()
  child.stderr?.setEncoding('utf8').on('data', (text: string) => {
    lastLines.write(text)
    process.stderr.write(text)
  })
  child.on('message', (report) => events.heard(report as Report))
  whenOver(child, (exit) => events.exited({ ...exit, lastWords: lastLines.text }))
  const orders = child.stdio[ORDER_FD] as Duplex
  // A process that ends before it has read all of it is told of by its end.
  orders.on('error', () => {})
  orders.end(serialize(order))
  return {
    pid: child.pid,
    send: (message: Order) => {
      // Whether it got there shows in whether it is answered.
      if (child.connected) child.send(message, () => {})
    },
    kill: (signal) => void child.kill(signal),
  }
}

/** Once all that it said has been heard, or will not be. */
function whenOver(child: ChildProcess, over: (exit: Omit<ProcessExit, 'lastWords'>) => void): void {
  let isOver = false
  const conclude = (code: number | null, signal: string | null): void => {
    if (isOver) return
    isOver = true
    over({ code, signal })
  }
  child.on('close', conclude)
  child.on('exit', (code, signal) => backgroundTimers.setTimeout(() => conclude(code, signal), LAST_WORDS))
  child.on('error', () => {
    // It also comes of a kill or a message that did not arrive: only one that was never started has no end.
    if (child.pid === undefined) conclude(null, null)
  })
}
