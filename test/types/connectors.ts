import { expectTypeOf } from 'expect-type'
import { pollHttp, postHttp } from '../../src/connectors/http/index.ts'
import { fromSse, type SseEvent } from '../../src/connectors/sse/index.ts'
import { watchDirectory, type WatchedFile } from '../../src/connectors/watch/index.ts'
import { fromWebSocket, type WebSocketMessage } from '../../src/connectors/websocket/index.ts'
import { type DataStream, LocalEnvironment } from '../../src/index.ts'

const env = new LocalEnvironment('types').registerService('rates', class Rates {})

// Records have the type that parse gives them, cursors that of what request takes.
const polled = env.fromSource(
  pollHttp({
    request: (cursor: string | undefined) => `http://host/?after=${cursor}`,
    interval: 1,
    parse: async (response, cursor) => {
      expectTypeOf(cursor).toEqualTypeOf<string | undefined>()
      return { records: [response.status], cursor: 'next' }
    },
  }),
)
expectTypeOf(polled).toExtend<DataStream<number>>()

pollHttp({
  request: (cursor: string | undefined) => `http://host/?after=${cursor}`,
  interval: 1,
  // @ts-expect-error a cursor is what request takes
  parse: () => ({ records: [1], cursor: 5 }),
})

// @ts-expect-error without an interval it would ask without a pause
pollHttp({ url: 'http://host', parse: () => ({ records: [1] }) })

expectTypeOf(env.fromSource(fromSse('http://host'))).toExtend<DataStream<SseEvent>>()
expectTypeOf(env.fromSource(fromWebSocket('ws://host'))).toExtend<DataStream<WebSocketMessage>>()
expectTypeOf(
  env.fromSource(
    fromWebSocket('ws://host', { parse: (message) => (message === '' ? undefined : message.length) }),
  ),
).toExtend<DataStream<number>>()
expectTypeOf(env.fromSource(watchDirectory('/tmp'))).toExtend<DataStream<WatchedFile>>()

// The sink takes batches of what the stream has.
polled.sink(postHttp<number>({ url: 'http://host' }), { batch: { size: 10 } })
polled.sink(postHttp({ url: 'http://host', body: (records: readonly number[]) => records.join() }), {
  batch: { size: 10 },
})
// @ts-expect-error it needs a batch
polled.sink(postHttp<number>({ url: 'http://host' }))
// @ts-expect-error other records
polled.sink(postHttp<string>({ url: 'http://host' }), { batch: { size: 10 } })
