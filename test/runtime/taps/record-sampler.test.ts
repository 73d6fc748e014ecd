import * as assert from 'uvu/assert'
import type { Chunk } from '../../../src/runtime/flow-control/packet.ts'
import { RecordSampler } from '../../../src/runtime/taps/record-sampler.ts'
import { suite } from '../../support/suite.ts'

const clockAt = (at: number) => ({ at, now: () => clock.at, monotonic: () => clock.at })
let clock = clockAt(0)

const sampler = (): RecordSampler => {
  clock = clockAt(1000)
  clock.now = clock.monotonic = () => clock.at
  return new RecordSampler(clock)
}

const chunk = (records: unknown[], more: Partial<Chunk> = {}): Chunk => ({
  kind: 'chunk',
  records,
  keys: null,
  timestamps: null,
  replies: null,
  start: 0,
  size: records.length,
  spent: false,
  ...more,
})

const numbers = (count: number): number[] => Array.from({ length: count }, (_, i) => i)

suite('RecordSampler', (test) => {
  test('keeps a few of a chunk, evenly apart, with key, event time and arrival', () => {
    const taken = sampler()
    const records = numbers(100)
    const timestamps = Float64Array.from(records, (n) => (n === 50 ? NaN : n * 10))
    taken.seeChunk(chunk(records, { keys: records.map((n) => `k${n}`), timestamps }))
    const batch = taken.take()!
    assert.is(batch.passed, 100)
    assert.equal(batch.records, [
      { text: '0', key: "'k0'", eventTime: 0, at: '1970-01-01T00:00:01.000Z' },
      { text: '25', key: "'k25'", eventTime: 250, at: '1970-01-01T00:00:01.000Z' },
      { text: '50', key: "'k50'", eventTime: null, at: '1970-01-01T00:00:01.000Z' },
      { text: '75', key: "'k75'", eventTime: 750, at: '1970-01-01T00:00:01.000Z' },
    ])
    assert.is(taken.take(), null)
  })

  test('reads a view of an array from where it starts, and only what there is', () => {
    const taken = sampler()
    taken.seeChunk(chunk(numbers(100), { start: 98, size: 2 }))
    assert.equal(
      taken.take()!.records.map(({ text }) => text),
      ['98', '99'],
    )
  })

  test('takes at most 20 in any second, however many go by', () => {
    const taken = sampler()
    const times: number[] = []
    for (let step = 0; step < 500; step++) {
      clock.at += 10
      taken.seeRecords(numbers(1000), 0, 1000)
      taken.seeRecord('one')
      taken.take()!.records.forEach(() => times.push(clock.at))
    }
    assert.ok(times.length > 70)
    for (const from of times) assert.ok(times.filter((at) => at >= from && at < from + 1000).length <= 20)
  })

  test('holds no more than 40 that nobody takes, and goes on counting', () => {
    const taken = sampler()
    for (let step = 0; step < 100; step++) {
      clock.at += 1000
      taken.seeRecords(numbers(10), 0, 10)
    }
    const { records, passed } = taken.take()!
    assert.is(records.length, 40)
    assert.is(passed, 1000)
  })
})
