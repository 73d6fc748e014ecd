import * as assert from 'uvu/assert'
import { StreamRegistry } from '../../../src/jobs/events/stream-registry.ts'
import { ManualClock } from '../../support/manual-clock.ts'
import { suite } from '../../support/suite.ts'
import { FakeFeed, readText } from './fake-feed.ts'

const settings = { heartbeat: 15_000, retry: 2000, stall: 30_000, queue: 1 }

suite('the registry of streams', (test) => {
  test('knows how many are open, and when there is no room', async () => {
    const registry = new StreamRegistry(new ManualClock(), settings, { all: 2, perAddress: 2 })
    const owner = { kind: 'events' as const, address: 'here', token: null, cut: () => {} }
    const first = registry.open(new FakeFeed(), owner)
    assert.not(registry.full)
    registry.open(new FakeFeed(), { ...owner, kind: 'logs' })
    assert.ok(registry.full)
    assert.equal([registry.count('events'), registry.count('logs')], [1, 1])
    await first.body.cancel()
    assert.not(registry.full)
    registry.close()
    assert.equal(registry.ends, { gone: 1, slow: 0, ended: 0, failed: 0, closed: 1 })
  })

  test('knows when an address has as many streams of events as it may', async () => {
    const registry = new StreamRegistry(new ManualClock(), settings, { all: 10, perAddress: 2 })
    const open = (address: string, kind: 'events' | 'logs' = 'events') =>
      registry.open(new FakeFeed(), { kind, address, token: null, cut: () => {} })
    const first = open('1.2.3.4')
    open('1.2.3.4', 'logs')
    open('5.6.7.8')
    assert.not(registry.isFullFor('1.2.3.4'))
    open('1.2.3.4')
    assert.ok(registry.isFullFor('1.2.3.4'))
    assert.not(registry.isFullFor('5.6.7.8'))
    await first.body.cancel()
    assert.not(registry.isFullFor('1.2.3.4'))
    registry.close()
  })

  test('ends what was opened with a token that is worth nothing any more', async () => {
    const registry = new StreamRegistry(new ManualClock(), settings, { all: 2, perAddress: 2 })
    const [mine, other] = ['mine', 'other'].map((token) =>
      registry
        .open(new FakeFeed(), { kind: 'events', address: 'here', token, cut: () => {} })
        .body.getReader(),
    )
    registry.revoke('mine')
    await readText(mine!)
    assert.is(await readText(mine!), null)
    assert.is(registry.count('events'), 1)
    registry.close()
    await readText(other!)
    assert.is(await readText(other!), null)
  })

  test('cuts off a slow client that does not take its end either, at the latest when it closes', async () => {
    const clock = new ManualClock()
    const registry = new StreamRegistry(clock, settings, { all: 2, perAddress: 2 })
    const cuts: string[] = []
    const drop = async (name: string): Promise<void> => {
      const feed = new FakeFeed()
      registry.open(feed, { kind: 'events', address: 'here', token: null, cut: () => cuts.push(name) })
      await clock.advance(1000)
      feed.add('one', 'two')
    }
    await drop('first')
    await clock.advance(9_999)
    assert.equal(cuts, [])
    await clock.advance(1)
    assert.equal(cuts, ['first'])
    await drop('second')
    registry.close()
    assert.equal(cuts, ['first', 'second'])
    assert.is(clock.waiting, 0)
  })
})
