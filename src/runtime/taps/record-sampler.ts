import type { Clock } from '../../time/clock.ts'
import type { ChunkTap } from '../flow-control/channel.ts'
import type { Chunk } from '../flow-control/packet.ts'
import { recordText } from './record-text.ts'
import type { TapBatch, TappedRecord } from './tap-point.ts'

/** Records that are kept: one, then another each 1 / RATE seconds, with BURST at once. At most 20 in any second. */
const RATE = 16
const BURST = 4
/** Records that wait to be taken; what comes when there are as many is not kept. */
const MOST_WAITING = 40
/** Characters of a record and its key before they are cut for good: what hides secrets has to see all of one. */
const TEXT = 1000

/** Takes a few of the records that go by. It never throws, and looks at no record that it does not keep. */
export class RecordSampler implements ChunkTap {
  readonly #clock: Pick<Clock, 'now' | 'monotonic'>
  #waiting: TappedRecord[] = []
  #passed = 0
  #told = 0
  #allowance = BURST
  #at: number

  constructor(clock: Pick<Clock, 'now' | 'monotonic'>) {
    this.#clock = clock
    this.#at = clock.monotonic()
  }

  seeChunk({ records, keys, timestamps, start, size }: Chunk): void {
    this.#spread(start, size, (at) => this.#keep(records[at], keys?.[at], timestamps?.[at]))
  }

  seeRecords(records: readonly unknown[], from: number, to: number): void {
    this.#spread(from, to - from, (at) => this.#keep(records[at], undefined, undefined))
  }

  seeRecord(record: unknown): void {
    this.#spread(0, 1, () => this.#keep(record, undefined, undefined))
  }

  /** What has come up since the last time; null: nothing went by. */
  take(): TapBatch | null {
    if (this.#passed === this.#told) return null
    const records = this.#waiting
    this.#waiting = []
    this.#told = this.#passed
    return { records, passed: this.#passed }
  }

  /** Keeps as many of `size` records as it may now, evenly apart. */
  #spread(from: number, size: number, keep: (at: number) => void): void {
    this.#passed += size
    const most = Math.min(this.#room(), size)
    for (let i = 0; i < most; i++) keep(from + Math.floor((i * size) / most))
  }

  #room(): number {
    const now = this.#clock.monotonic()
    this.#allowance = Math.min(BURST, this.#allowance + ((now - this.#at) * RATE) / 1000)
    this.#at = now
    return Math.min(Math.floor(this.#allowance), MOST_WAITING - this.#waiting.length)
  }

  #keep(record: unknown, key: unknown, timestamp: number | undefined): void {
    this.#allowance--
    this.#waiting.push({
      text: recordText(record, TEXT),
      key: key === undefined ? null : recordText(key, TEXT),
      eventTime: timestamp !== undefined && Number.isFinite(timestamp) ? timestamp : null,
      at: new Date(this.#clock.now()).toISOString(),
    })
  }
}
