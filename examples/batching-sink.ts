// A sink that takes records in batches, as a bulk insert wants them: full ones at once, a part of one after the flush
// interval, the rest at the end.
//
//   node --import tsx examples/batching-sink.ts

import { setTimeout as sleep } from 'node:timers/promises'
import { LocalEnvironment } from '../src/index.ts'

interface Row {
  readonly id: number
}

/** A sink as a class: made once per subtask, opened before the first record, closed after the last on every outcome. */
class BulkInsert {
  #inserts = 0

  open(): void {
    console.log('connected')
  }

  async write(rows: readonly Row[]): Promise<void> {
    await sleep(1)
    this.#inserts++
    console.log(`insert ${rows.length} rows: ${rows[0]!.id} to ${rows.at(-1)!.id}`)
  }

  close(): void {
    console.log(`disconnected after ${this.#inserts} inserts`)
  }
}

/** Seven rows at once, and three more after a pause. */
async function* rows(): AsyncGenerator<Row> {
  for (let id = 1; id <= 7; id++) yield { id }
  await sleep(200)
  for (let id = 8; id <= 10; id++) yield { id }
}

const env = new LocalEnvironment('batching-sink')

env
  .fromBatch(rows)
  .sink(BulkInsert, { batch: { size: 5, interval: 50 }, onError: { retry: { attempts: 3, backoff: 10 } } })

await env.submit({ autostop: true })
