import type { VirtualClock } from './virtual-clock.ts'

/** What parts of the kit may ask of the job they are in. */
export interface TestHost {
  readonly clock: VirtualClock
  /** Jobs submitted up to now: a restart is none of its own. */
  readonly jobs: number
  /** Takes a checkpoint now, and resolves when it is safe. */
  checkpoint(): Promise<unknown>
  /** The job fails at once, as if the process had died. */
  crash(error: unknown): void
}

const bindTo: unique symbol = Symbol('millrace.testing.bindTo')

interface Bindable {
  [bindTo](host: TestHost): void
}

/** Lets a source of the kit be told whose it is. */
export function onBind(source: object, bound: (host: TestHost) => void): void {
  Object.defineProperty(source, bindTo, { value: bound })
}

export function bind(source: unknown, host: TestHost): void {
  ;(Object(source) as Partial<Bindable>)[bindTo]?.(host)
}
