import { Subject } from 'rxjs'
import * as assert from 'uvu/assert'
import { TapFeed } from '../../../src/jobs/events/tap-feed.ts'
import type { TapBatch, TappedRecord } from '../../../src/runtime/taps/tap-point.ts'
import { suite } from '../../support/suite.ts'

const record = (text: string): TappedRecord => ({ text, key: null, eventTime: null, at: '' })

suite('TapFeed', (test) => {
  test('gives what has come up as one event, the newest of it, and ends when that is taken', () => {
    const batches = new Subject<TapBatch>()
    const feed = new TapFeed(batches)
    let wakes = 0
    feed.open(() => wakes++)
    assert.is(feed.take(), '')
    for (let i = 1; i <= 60; i++) batches.next({ records: [record(`${i}a`), record(`${i}b`)], passed: i * 9 })
    batches.complete()
    assert.is(wakes, 61)
    const [event, data] = feed.take()!.split('\n')
    assert.is(event, 'event: records')
    const { records, passed } = JSON.parse(data!.slice('data: '.length)) as TapBatch
    assert.equal([records.length, records[0]!.text, records.at(-1)!.text, passed], [100, '11a', '60b', 540])
    assert.is(feed.take(), null)
  })

  test('looks no more when it is closed', () => {
    const batches = new Subject<TapBatch>()
    const feed = new TapFeed(batches)
    feed.open(() => {})
    assert.ok(batches.observed)
    feed.close()
    assert.not(batches.observed)
  })
})
