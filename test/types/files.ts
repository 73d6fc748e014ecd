import { expectTypeOf } from 'expect-type'
import {
  readCsv,
  readJsonLines,
  readLines,
  writeCsv,
  writeJsonLines,
  writeLines,
} from '../../src/connectors/files/index.ts'
import type { BaseEnvironment } from '../../src/environment/base-environment.ts'
import type { DataStream } from '../../src/stream/data-stream.ts'

declare const env: BaseEnvironment
interface Order {
  readonly id: number
}
type StreamOf<T> = DataStream<T, Record<never, never>>

const lines = env.fromSource(readLines('x'))
const orders = env.fromSource(readJsonLines<Order>(['x', new URL('file:///y')]), { parallelism: 2 })
expectTypeOf(lines).toEqualTypeOf<StreamOf<string>>()
expectTypeOf(orders).toEqualTypeOf<StreamOf<Order>>()
expectTypeOf(env.fromSource(readJsonLines('x'))).toEqualTypeOf<StreamOf<unknown>>()
expectTypeOf(env.fromSource(readCsv('x'))).toEqualTypeOf<StreamOf<Readonly<Record<string, string>>>>()
expectTypeOf(env.fromSource(readCsv('x', { columns: false }))).toEqualTypeOf<StreamOf<readonly string[]>>()
expectTypeOf(env.fromSource(readCsv<{ a: string }>('x', { columns: ['a'] }))).toEqualTypeOf<
  StreamOf<{ a: string }>
>()

lines.sink(writeLines('x')).sink(writeLines({ directory: 'x' }, { gzip: true }))
lines.keyBy((line) => line).sink(writeLines('x'))
orders.sink(writeJsonLines('x')).sink(writeJsonLines<Order>('x'), { parallelism: 1 })
orders.sink(writeCsv<Order>('x', { columns: ['id'] }))

// @ts-expect-error lines are strings
orders.sink(writeLines('x'))
// @ts-expect-error there is no such column
orders.sink(writeCsv<Order>('x', { columns: ['price'] }))
// @ts-expect-error the columns are to be named
orders.sink(writeCsv<Order>('x'))
// @ts-expect-error lines have no columns
readLines('x', { columns: true })
