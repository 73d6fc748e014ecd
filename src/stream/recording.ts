import type { ServiceMap } from '../functions/services.ts'
import type { GraphBuilder } from '../graph/graph-builder.ts'
import type { ConnectedStreams } from './connected-streams.ts'
import type { DataStream } from './data-stream.ts'
import type { FutureStream } from './future-stream.ts'
import type { KeyedConnectedStreams } from './keyed-connected-streams.ts'
import type { KeyedStream } from './keyed-stream.ts'

/** A keyed stream's key: the selector, and the `keyBy` node that applies it. */
export interface Keying {
  readonly selector: (value: never) => unknown
  readonly keyBy: string
}

/**
 * What every handle of one environment shares: the graph they append to, and how handles of each kind are made, so
 * that the classes need not import each other.
 */
export interface Recording<S extends ServiceMap> {
  readonly builder: GraphBuilder
  dataStream<T>(id: string): DataStream<T, S>
  futureStream<T>(id: string): FutureStream<T, S>
  keyedStream<T, K>(id: string, keying: Keying): KeyedStream<T, K, S>
  connected<Inputs extends readonly unknown[]>(ids: readonly string[]): ConnectedStreams<Inputs, S>
  keyedConnected<Inputs extends readonly unknown[], K>(
    ids: readonly string[],
  ): KeyedConnectedStreams<Inputs, K, S>
}
