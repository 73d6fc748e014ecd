import process from 'node:process'
import { isMainThread } from 'node:worker_threads'
import { installCommandHost } from '../../../environment/command-host.ts'
import { PendingAwaits } from '../../../jobs/process/pending-awaits.ts'
import { toWireError } from '../../../protocol/wire-error-codec.ts'
import { backgroundTimers } from '../../../time/background-timers.ts'
import { ORDER, type ProgramCommand, type ProgramOrder } from '../messages.ts'
import { AttachedCommand } from './attached-command.ts'
import { CommandLink } from './command-link.ts'
import { RelayedSignals } from './relayed-signals.ts'

// Loaded into the process of a program before the program is. Workers and processes that the program starts load it as
// well, and are not the command's.

/** Milliseconds for a program to end by itself when its jobs have been stopped. */
const GRACE = 2_000

function attach(order: ProgramOrder): void {
  const signals = new RelayedSignals(process)
  const heed = (command: ProgramCommand): void => {
    if (command.type === 'interrupt') signals.relay(command.signal, command.times)
    else if (command.type === 'end-job') void host.endJob(command.id, command.abort)
    else void host.stop().finally(end)
  }
  const link = new CommandLink(process, heed, () => process.kill(process.pid, 'SIGTERM'))
  // Looking at every promise is for what happens in front of jobs.
  const host = new AttachedCommand(order, link, () => awaits.stop())
  installCommandHost(host)
  const awaits = new PendingAwaits()
  awaits.start()
  const onExit = (): void => {
    if (process.exitCode === STUCK && !host.hasSubmitted) link.tell({ type: 'stuck', site: awaits.site() })
  }
  // Behind the listener by which node makes out that code.
  process.once('beforeExit', () => process.once('exit', onExit))
  process.on('uncaughtException', (error) => {
    // It is the program's.
    if (process.listenerCount('uncaughtException') > 1) return
    link.exitWith({ type: 'threw', error: toWireError(error) }, 1)
  })
}

/** Exit code of node where an await at the top of a module does not end. */
const STUCK = 13

function end(): void {
  backgroundTimers.setTimeout(() => process.kill(process.pid, 'SIGTERM'), GRACE)
}

const order = process.env[ORDER]
if (isMainThread && order !== undefined && process.send !== undefined) {
  Reflect.deleteProperty(process.env, ORDER)
  attach(JSON.parse(order) as ProgramOrder)
}
