import { hush } from './hush.ts'

/** Where what `slotPreload` says of the process stands. */
const key: unique symbol = Symbol.for('millrace.slot-process') as never

/**
 * Runs in the process of a slot of a cluster before the program, which is hushed: without its worker it has no business,
 * and signals to all processes of the worker are for that to heed. Processes that it forks do not run it.
 */
const script = `${hush}
for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => {})
process.once('disconnect', () => process.exit(1))
process.channel?.unref()
globalThis[Symbol.for('millrace.slot-process')] = true
const at = process.execArgv.indexOf(import.meta.url)
if (at > 0) process.execArgv.splice(at - 1, 2)
`

/** Arguments for Node that run it. */
export const slotPreload: readonly string[] = [
  '--import',
  `data:text/javascript,${encodeURIComponent(script)}`,
]

/** Whether this process is one of a slot. */
export function isSlotProcess(): boolean {
  return (globalThis as { [key]?: true })[key] === true
}
