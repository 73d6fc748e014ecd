import type { ServiceMap } from '../functions/services.ts'
import type { GraphBuilder } from '../graph/graph-builder.ts'
import { ConnectedStreams } from './connected-streams.ts'
import { DataStream } from './data-stream.ts'
import { FutureStream } from './future-stream.ts'
import { KeyedConnectedStreams } from './keyed-connected-streams.ts'
import { KeyedStream } from './keyed-stream.ts'
import type { Keying, Recording } from './recording.ts'

/** The recording of one environment. */
export class StreamRecording<S extends ServiceMap> implements Recording<S> {
  readonly builder: GraphBuilder

  constructor(builder: GraphBuilder) {
    this.builder = builder
  }

  dataStream<T>(id: string): DataStream<T, S> {
    return new DataStream(this, id)
  }

  futureStream<T>(id: string): FutureStream<T, S> {
    return new FutureStream(this, id)
  }

  keyedStream<T, K>(id: string, keying: Keying): KeyedStream<T, K, S> {
    return new KeyedStream(this, id, keying)
  }

  connected<Inputs extends readonly unknown[]>(ids: readonly string[]): ConnectedStreams<Inputs, S> {
    return new ConnectedStreams(this, ids)
  }

  keyedConnected<Inputs extends readonly unknown[], K>(
    ids: readonly string[],
  ): KeyedConnectedStreams<Inputs, K, S> {
    return new KeyedConnectedStreams(this, ids)
  }
}
