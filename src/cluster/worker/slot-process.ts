import { fork } from 'node:child_process'
import process from 'node:process'
import type { Duplex } from 'node:stream'
import { serialize } from 'node:v8'
import { slotPreload } from '../../environment/seat/slot-preload.ts'
import { ORDER_FD } from '../../services/remote/forked-process.ts'
import { LastLines } from '../../services/remote/last-lines.ts'
import type { ProcessExit } from '../../services/remote/launch.ts'
import { backgroundTimers } from '../../time/background-timers.ts'
import type { SlotCommand, SlotNews, SlotOrder } from '../protocol/slot-messages.ts'
import { PrefixedLines } from './prefixed-lines.ts'

/** Milliseconds for what a process wrote last, where somebody else holds on to its streams. */
const LAST_WORDS = 500

export interface SlotLaunch {
  /** Absolute path of the program, in the folder that it runs in. */
  readonly entry: string
  readonly folder: string
  readonly argv: readonly string[]
  readonly env: Readonly<Record<string, string>>
  readonly order: SlotOrder
  /** Before each line that it writes. */
  readonly prefix: string
}

/** What is heard of a process, in order, `exited` last. */
export interface SlotEvents {
  readonly heard: (news: SlotNews) => void
  readonly exited: (exit: ProcessExit) => void
  readonly out: (text: string) => void
  readonly err: (text: string) => void
}

export interface SlotProcess {
  /** One that is gone is told nothing. */
  send(command: SlotCommand): void
  kill(): void
}

/** Starts the process of a slot, and never throws: one that could not be started has exited. */
export type StartSlot = (launch: SlotLaunch, events: SlotEvents) => SlotProcess

/** The program, loaded once more in a process of its own. */
export const forkSlot: StartSlot = (launch, { heard, exited, out, err }) => {
  const { entry, folder, argv, env, order, prefix } = launch
  const child = fork(entry, argv, {
    cwd: folder,
    env: { ...process.env, ...env },
    execArgv: ['--enable-source-maps', ...slotPreload],
    serialization: 'advanced',
    stdio: ['ignore', 'pipe', 'pipe', 'ipc', 'pipe'],
  })
  const lastLines = new LastLines()
  const [outLines, errLines] = [new PrefixedLines(prefix, out), new PrefixedLines(prefix, err)]
  child.stdout?.setEncoding('utf8').on('data', (text: string) => outLines.take(text))
  child.stderr?.setEncoding('utf8').on('data', (text: string) => {
    lastLines.write(text)
    errLines.take(text)
  })
  child.on('message', (news) => heard(news as SlotNews))
  let isOver = false
  const conclude = (code: number | null, signal: string | null): void => {
    if (isOver) return
    isOver = true
    outLines.end()
    errLines.end()
    exited({ code, signal, lastWords: lastLines.text })
  }
  child.on('close', conclude)
  child.on('exit', (code, signal) => backgroundTimers.setTimeout(() => conclude(code, signal), LAST_WORDS))
  child.on('error', () => {
    // It also comes of a kill or a message that did not arrive: only one that was never started has no end.
    if (child.pid === undefined) conclude(null, null)
  })
  const orders = child.stdio[ORDER_FD] as Duplex
  // A process that ends before it has read all of it is told of by its end.
  orders.on('error', () => {})
  orders.end(serialize(order))
  return {
    send: (command) => {
      if (child.connected) child.send(command, () => {})
    },
    kill: () => void child.kill('SIGKILL'),
  }
}
