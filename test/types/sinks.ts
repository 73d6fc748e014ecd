import { expectTypeOf } from 'expect-type'
import type { BaseEnvironment } from '../../src/environment/base-environment.ts'
import type { Collected } from '../../src/functions/collect-buffer.ts'
import type { DataStream } from '../../src/stream/data-stream.ts'

declare const env: BaseEnvironment
const numbers = env.fromBatch([1, 2])

declare const toText: (text: string) => void
class TextSink {
  write(text: string): void {
    void text
  }
}
class NumberSink {
  write(n: number): void {
    void n
  }
}
class RowSink {
  write(rows: number[]): void {
    void rows
  }
}

expectTypeOf(numbers.sink((n) => n + 1)).toEqualTypeOf<DataStream<number, Record<never, never>>>()
numbers
  .sink(NumberSink)
  .sink(new NumberSink(), { concurrency: 2 })
  .sink({ write: (n) => n + 1 })
numbers.sink((rows) => rows.length, { batch: { size: 10 } })
numbers.sink(
  { open: () => {}, write: (rows) => rows.length, close: () => {} },
  { batch: { size: 10, interval: 5 } },
)
numbers.sink(RowSink, { batch: { size: 10 } })
numbers.map(String).sink(toText).sink(TextSink)

// @ts-expect-error the sink takes strings
numbers.sink(toText)
// @ts-expect-error the sink takes strings
numbers.sink(TextSink)
// @ts-expect-error the sink takes arrays
numbers.sink(RowSink)
// @ts-expect-error in batches it is given arrays
numbers.sink(NumberSink, { batch: { size: 10 } })
// @ts-expect-error a sink has a method write
numbers.sink({ push: () => {} })

expectTypeOf(numbers.collect()).toEqualTypeOf<Collected<number>>()
expectTypeOf(numbers.collect({ capacity: 10 }).values).toEqualTypeOf<readonly number[]>()
expectTypeOf(numbers.toAsyncIterable()).toEqualTypeOf<AsyncIterable<number>>()
expectTypeOf(numbers.keyBy(String).print({ prefix: 'n' }).collect().values).toEqualTypeOf<readonly number[]>()
