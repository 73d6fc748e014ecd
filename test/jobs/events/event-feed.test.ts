import fc from 'fast-check'
import { NEVER, Subject } from 'rxjs'
import * as assert from 'uvu/assert'
import { EventFeed } from '../../../src/jobs/events/event-feed.ts'
import { EventTail } from '../../../src/jobs/events/event-tail.ts'
import type { EventLog } from '../../../src/jobs/job-manager.ts'
import type { JobEvent, ProgressNotice } from '../../../src/protocol/job-event.ts'
import { ManualClock } from '../../support/manual-clock.ts'
import { suite } from '../../support/suite.ts'
import { turn } from '../../support/turns.ts'

/** Events without much in them. */
class ArrayLog implements EventLog {
  reads = 0
  readonly #listeners = new Set<() => void>()
  #events: JobEvent[] = []
  #last = 0

  get first(): number {
    return this.#events[0]?.id ?? (this.#last === 0 ? 0 : this.#last + 1)
  }

  get last(): number {
    return this.#last
  }

  read({ since, limit, job }: Parameters<EventLog['read']>[0]): readonly JobEvent[] {
    this.reads++
    const later = this.#events.slice(Math.max(0, since + 1 - this.first))
    return later.filter((event) => job === undefined || event.job === job).slice(0, limit)
  }

  onAppended(listener: () => void): () => void {
    this.#listeners.add(listener)
    return () => void this.#listeners.delete(listener)
  }

  add(job: string): void {
    this.#events.push({ id: ++this.#last, at: '', job, type: 'job_deleted' })
    for (const listener of this.#listeners) listener()
  }

  trim(keep: number): void {
    this.#events = keep === 0 ? [] : this.#events.slice(-keep)
  }
}

interface Logging {
  readonly log: ArrayLog
  readonly clock: ManualClock
  readonly tail: EventTail
}

function logging(log = new ArrayLog()): Logging {
  const clock = new ManualClock()
  return { log, clock, tail: new EventTail(log, clock, () => {}) }
}

const feedOf = ({ tail, clock }: Logging, since: number | null, job?: string): EventFeed => {
  const feed = new EventFeed(tail, clock, { since, job, progress: NEVER, progressInterval: 500 })
  feed.open(() => {})
  return feed
}

/** Ids, and names of events without one, that a feed has until there is no more. */
function drain(feed: EventFeed): (number | string)[] {
  const seen: (number | string)[] = []
  for (let frames = feed.take(); frames !== ''; frames = feed.take()) {
    for (const frame of frames.split('\n\n').filter((text) => text !== '')) {
      const id = /^id: (\d+)$/m.exec(frame)?.[1]
      const name = /^event: (.+)$/m.exec(frame)![1]!
      seen.push(name.startsWith('job_') ? Number(id) : id === undefined ? name : `${name} ${id}`)
    }
  }
  return seen
}

suite('the feed of events', (test) => {
  test('is from now on, or from where the client says', () => {
    const it = logging()
    for (let i = 0; i < 3; i++) it.log.add('a')
    const [now, all, two] = [feedOf(it, null), feedOf(it, 0), feedOf(it, 2)]
    it.log.add('b')
    assert.equal(drain(now), [4])
    assert.equal(drain(all), [1, 2, 3, 4])
    assert.equal(drain(two), [3, 4])
    assert.equal(drain(two), [])
  })

  test('of one job', () => {
    const it = logging()
    for (const job of ['a', 'b', 'a', 'b', 'b', 'a']) it.log.add(job)
    const feed = feedOf(it, 0, 'a')
    assert.equal(drain(feed), [1, 3, 6])
    for (let i = 0; i < 300; i++) it.log.add('b')
    it.log.add('a')
    assert.equal(drain(feed), [307])
    assert.is(feed.waiting, 0)
  })

  test('tells of a gap where events are gone, and goes on behind it', () => {
    const it = logging()
    for (let i = 0; i < 10; i++) it.log.add('a')
    it.log.trim(4)
    // These are in the tail still.
    assert.equal(drain(feedOf(it, 7)), [8, 9, 10])
    const later = logging(it.log)
    assert.equal(drain(feedOf(later, 3)), ['gap 6', 7, 8, 9, 10])
    assert.equal(drain(feedOf(later, 6)), [7, 8, 9, 10])
    it.log.trim(0)
    assert.equal(drain(feedOf(later, 3)), ['gap 10'])
    assert.equal(drain(feedOf(later, 10)), [])
  })

  test('tells of no gap where what is gone was seen, or was of other jobs', () => {
    const it = logging()
    it.log.add('a')
    for (let i = 0; i < 50; i++) it.log.add('b')
    const feed = feedOf(logging(it.log), 0, 'a')
    assert.equal(drain(feed), [1])
    it.log.trim(0)
    for (let i = 0; i < 5000; i++) it.log.add(i === 4999 ? 'a' : 'b')
    assert.equal(drain(feed), [5051])
  })

  test('tells of a gap to a client from the future: the server was set up anew', () => {
    const it = logging()
    assert.equal(drain(feedOf(it, 50)), ['gap 0'])
    it.log.add('a')
    it.log.add('a')
    assert.equal(drain(feedOf(it, 50)), ['gap 0', 1, 2])
  })

  test('reads the log once for all clients that are at its end', () => {
    const it = logging()
    const feeds = Array.from({ length: 50 }, () => feedOf(it, null))
    for (let i = 0; i < 5; i++) it.log.add('a')
    const before = it.log.reads
    for (const feed of feeds) assert.equal(drain(feed), [1, 2, 3, 4, 5])
    assert.is(it.log.reads, before)
  })

  test('wakes its client on a later turn, once for several events', async () => {
    const it = logging()
    let wakes = 0
    const feed = new EventFeed(it.tail, it.clock, { since: null, progress: NEVER, progressInterval: 500 })
    feed.open(() => wakes++)
    for (let i = 0; i < 5; i++) it.log.add('a')
    assert.is(wakes, 0)
    await turn()
    assert.is(wakes, 1)
    feed.close()
    it.log.add('a')
    await turn()
    assert.is(wakes, 1)
    it.tail.close()
  })

  test('however clients, trimming and events mix, each has every event once or is told of a gap', () => {
    const action = fc.oneof(
      {
        weight: 8,
        arbitrary: fc.record({ do: fc.constant('add' as const), n: fc.integer({ min: 1, max: 1500 }) }),
      },
      {
        weight: 2,
        arbitrary: fc.record({ do: fc.constant('trim' as const), n: fc.integer({ min: 0, max: 2000 }) }),
      },
      {
        weight: 5,
        arbitrary: fc.record({ do: fc.constant('take' as const), n: fc.integer({ min: 1, max: 12 }) }),
      },
    )
    fc.assert(
      fc.property(fc.array(action, { maxLength: 12 }), fc.constantFrom(undefined, 'a'), (actions, job) => {
        const it = logging()
        const feed = feedOf(it, 0, job)
        let at = 0
        const read = (frames: string): void => {
          for (const [, id, name] of frames.matchAll(/^id: (\d+)\nevent: (\S+)$/gm)) {
            if (name === 'gap') {
              assert.ok(Number(id) >= at)
              at = Number(id)
            } else {
              // Every other event is of job a.
              assert.is(Number(id), job === undefined ? at + 1 : at % 2 === 0 ? at + 1 : at + 2)
              at = Number(id)
            }
          }
        }
        for (const { do: what, n } of actions) {
          if (what === 'add') {
            for (let i = 0; i < n; i++) it.log.add(it.log.last % 2 === 0 ? 'a' : 'b')
          } else if (what === 'trim') it.log.trim(n)
          else for (let i = 0; i < n; i++) read(feed.take())
        }
        for (let frames = feed.take(); frames !== ''; frames = feed.take()) read(frames)
        const { last } = it.log
        assert.ok(job === undefined ? at === last : at >= last - 1, `${at} of ${last}`)
        it.tail.close()
      }),
      { numRuns: 40 },
    )
  })
})

suite('progress in the feed of events', (test) => {
  test('is the latest of each job, and no more often than it should be', async () => {
    const it = logging()
    const progress = new Subject<ProgressNotice>()
    const feed = new EventFeed(it.tail, it.clock, { since: null, progress, progressInterval: 500 })
    let wakes = 0
    feed.open(() => wakes++)
    const tell = (job: string, read: number): void => progress.next({ job, progress: { read } } as never)
    tell('a', 1)
    assert.is(wakes, 1)
    assert.is(feed.take(), 'event: progress\ndata: {"job":"a","progress":{"read":1}}\n\n')
    for (let i = 2; i < 100; i++) tell('a', i)
    tell('b', 1)
    assert.is(feed.take(), '')
    assert.is(wakes, 1)
    await it.clock.advance(500)
    assert.is(wakes, 2)
    const frames = feed.take()
    assert.equal(
      [...frames.matchAll(/"job":"(.)","progress":\{"read":(\d+)/g)].map((m) => `${m[1]}${m[2]}`),
      ['a99', 'b1'],
    )
    await it.clock.advance(500)
    assert.is(wakes, 2)
    tell('a', 100)
    feed.close()
    assert.not(progress.observed)
    assert.is(it.clock.waiting, 0)
  })

  test('holds a bounded number of jobs for a client that takes nothing', () => {
    const it = logging()
    const progress = new Subject<ProgressNotice>()
    const feed = new EventFeed(it.tail, it.clock, { since: null, progress, progressInterval: 500 })
    feed.open(() => {})
    for (let i = 0; i < 5000; i++) progress.next({ job: `${i}`, progress: {} } as never)
    assert.is(feed.take().match(/event: progress/g)!.length, 1000)
    feed.close()
  })
})
