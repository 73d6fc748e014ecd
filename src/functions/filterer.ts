import type { RecordContext } from './context.ts'
import type { AnyServices } from './any-services.ts'
import type { ServiceMap } from './services.ts'
import type { Awaitable, Lifecycle } from './user-functions.ts'

/** `filter` given as object or class. */
export interface Filterer<I, S extends ServiceMap = AnyServices, K = undefined> extends Lifecycle<S> {
  filter(value: I, ctx: RecordContext<S, K>): Awaitable<boolean>
}
