import { hush } from '../seat/hush.ts'

/** Where what `preload` says of the process stands. */
export const preloadKey: unique symbol = Symbol.for('millrace.service-process') as never

/** A process that was forked to host a service. */
export interface PreloadedProcess {
  /** The program has come to its submit: the end of the job is no more its own. */
  readonly loaded: () => void
}

/**
 * Runs in a forked process before the program, which is hushed: without the job it has no business, and signals to all
 * processes of the job are for the job to heed.
 */
const script = `${hush}
for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => {})
const orphaned = () => process.exit(1)
process.once('disconnect', orphaned)
process.channel?.unref()
globalThis[Symbol.for('millrace.service-process')] = {
  loaded: () => process.off('disconnect', orphaned),
}
`

/** Arguments for Node that run it. */
export const preload: readonly string[] = ['--import', `data:text/javascript,${encodeURIComponent(script)}`]

/** Undefined: this process hosts no service. */
export function preloadedProcess(): PreloadedProcess | undefined {
  return (globalThis as { [preloadKey]?: PreloadedProcess })[preloadKey]
}
