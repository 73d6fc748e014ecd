import * as assert from 'uvu/assert'
import { JobNotFoundError } from '../../../src/errors/job-server-errors.ts'
import { LogFeed } from '../../../src/jobs/events/log-feed.ts'
import { suite } from '../../support/suite.ts'
import { FakeManager } from '../server/fake-manager.ts'

const idsOf = (frames: string | null): string[] =>
  [...(frames ?? '').matchAll(/^id: (\d+)\nevent: (\S+)$/gm)].map(([, id, name]) => `${name} ${id}`)

suite('the feed of log lines', (test) => {
  test('has the lines that are kept, then those that are written', () => {
    const manager = new FakeManager()
    const { id } = manager.create()
    for (const text of ['one', 'two', 'three']) manager.log(id, text)
    const feed = new LogFeed(manager, id, 1)
    let wakes = 0
    feed.open(() => wakes++)
    assert.is(feed.waiting, 2)
    const frames = feed.take()!
    assert.equal(idsOf(frames), ['log 2', 'log 3'])
    assert.match(frames, /^data: \{"at":".+","stream":"stdout","text":"two","seq":2\}$|"text":"two"/m)
    assert.is(feed.take(), '')
    manager.log(id, 'four')
    assert.is(wakes, 1)
    assert.equal(idsOf(feed.take()), ['log 4'])
    feed.close()
    assert.not(manager.lines.get(id)!.observed)
  })

  test('ends when the job is deleted, and is not for one that is not there', async () => {
    const manager = new FakeManager()
    const { id } = manager.create()
    const feed = new LogFeed(manager, id, 0)
    let wakes = 0
    feed.open(() => wakes++)
    await manager.delete(id, { force: true })
    assert.is(wakes, 1)
    assert.is(feed.take(), null)
    assert.throws(
      () => new LogFeed(manager, id, 0),
      (error: unknown) => error instanceof JobNotFoundError,
    )
  })

  test('takes a bounded number of lines at a time, and tells of a gap', () => {
    const { log$, logs } = linesBetween(101, 300)
    const feed = new LogFeed({ log$, logs }, 'job', 20)
    feed.open(() => {})
    assert.equal(idsOf(feed.take()), ['gap 100'])
    assert.is(idsOf(feed.take()).length, 50)
    assert.is(feed.waiting, 150)
    for (let i = 0; i < 3; i++) feed.take()
    assert.is(feed.take(), '')
    const future = new LogFeed({ log$, logs }, 'job', 1000)
    future.open(() => {})
    assert.equal(idsOf(future.take()), ['gap 100'])
  })
})

function linesBetween(first: number, last: number): Pick<FakeManager, 'log$' | 'logs'> {
  const { log$ } = new FakeManager()
  return {
    log$: log$.bind(new FakeManager()),
    logs: (_, after, limit) => {
      const begin = Math.max(first, after + 1)
      const count = Math.max(0, Math.min(limit, last - begin + 1))
      const line = (seq: number) => ({ seq, at: '', stream: 'stdout' as const, text: '' })
      return { lines: Array.from({ length: count }, (_line, i) => line(begin + i)), first, last }
    },
  }
}
