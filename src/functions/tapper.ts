import type { RecordContext } from './context.ts'
import type { AnyServices } from './any-services.ts'
import type { ServiceMap } from './services.ts'
import type { Awaitable, Lifecycle } from './user-functions.ts'

/** `tap` given as object or class. What it returns is awaited, then ignored. */
export interface Tapper<I, S extends ServiceMap = AnyServices, K = undefined> extends Lifecycle<S> {
  tap(value: I, ctx: RecordContext<S, K>): Awaitable<unknown>
}
