import type { AnyServices } from '../functions/any-services.ts'
import type { ServiceMap } from '../functions/services.ts'
import { DataStream } from './data-stream.ts'

/** The head of a feedback loop, or a stream that is given its records later: see `fillFuture`. */
export class FutureStream<T, S extends ServiceMap = AnyServices> extends DataStream<T, S> {
  /** Whether `fillFuture` has been called with it. A future that is not filled fails at `submit`. */
  get filled(): boolean {
    return this.recording.builder.node(this.id).inputs.length > 0
  }
}
