import * as assert from 'uvu/assert'
import {
  ProviderJobNotFoundError,
  ProviderRefusedError,
  ProviderUnavailableError,
} from '../../../src/errors/provider-errors.ts'
import { type Logger, silentLogger } from '../../../src/functions/logger.ts'
import { MISSED, MISSED_FOR } from '../../../src/jobs/foreign/missing-jobs.ts'
import { MemoryJobStore } from '../../../src/jobs/store/memory-job-store.ts'
import { ManualClock } from '../../support/manual-clock.ts'
import { suite } from '../../support/suite.ts'
import { Scene } from './support/scene.ts'
import { ScriptedProvider, waiting } from './support/scripted-provider.ts'

const polling = { mode: 'on', interval: 30_000 } as const
/** Of the test's randomness: the first poll comes so much later than the start. */
const FIRST = 1_500

suite('the poller', (test) => {
  test('asks for every active job within each interval, and for no other', async (context) => {
    const ray = new ScriptedProvider()
    ray.capabilities = { ...ray.capabilities, list: false }
    ray.fill(120)
    ray.put({ externalId: 'over', status: 'completed' })
    const scene = new Scene(context, [ray], { polling })
    scene.know(ray)
    await scene.clock.advance(FIRST - 1)
    assert.is(ray.requests, 0)
    await scene.clock.advance(30_000)
    assert.equal([ray.got.length, new Set(ray.got).size, ray.got.includes('over')], [120, 120, false])
    assert.equal(scene.service.provider('ray').lastPollAt === null, false)

    ray.put({ externalId: 'j7', status: 'failed', error: { name: 'E', lineage: ['E'], message: 'no room' } })
    await scene.clock.advance(30_000)
    assert.is(ray.got.length, 240)
    const j7 = scene.job('j7')
    assert.equal([scene.path('j7'), j7.error?.message], ['running failed', 'no room'])
    const { items } = scene.store.transitions(j7.id, { limit: 9 })
    assert.is(items.at(-1)?.cause, 'seen at ray, in a poll')
    await scene.clock.advance(30_000)
    assert.is(ray.got.length, 240 + 119)
  })

  test('spreads its requests over half of the interval', async (context) => {
    const ray = new ScriptedProvider()
    ray.capabilities = { ...ray.capabilities, list: false }
    ray.fill(1_000)
    const times: number[] = []
    const scene = new Scene(context, [ray], { polling })
    scene.know(ray)
    ray.before = () => void times.push(scene.clock.now())
    await scene.clock.advance(FIRST + 16_000)
    const [first = 0, middle = 0, last = 0] = [times[0], times[500], times[999]]
    assert.equal([times.length, middle - first, last - first], [1_000, 7_500, 14_985])
  })

  test('makes no new jobs of what it sees on the way', async (context) => {
    const ray = new ScriptedProvider()
    ray.fill(20)
    const scene = new Scene(context, [ray], { polling })
    scene.know(ray)
    ray.put({ externalId: 'new', status: 'running' })
    await scene.clock.advance(FIRST)
    assert.equal([ray.calls.list, ray.calls.get], [1, 0])
    assert.is(scene.store.foreign.find('ray', 'new'), undefined)
  })

  test('polls ten thousand active jobs in one interval, however its provider can be asked', async (context) => {
    const [listed, single] = [new ScriptedProvider('listed'), new ScriptedProvider('single')]
    single.capabilities = { ...single.capabilities, list: false }
    for (const provider of [listed, single]) provider.fill(10_000)
    const scene = new Scene(context, [listed, single], { polling })
    scene.know(listed)
    scene.know(single)
    for (const provider of [listed, single]) {
      for (const externalId of provider.jobs.keys()) provider.put({ externalId, status: 'completed' })
    }
    // A request takes 10 ms, so that eight at a time are as many as 800 in a second.
    single.before = () => new Promise<void>((resolve) => void scene.clock.setTimeout(resolve, 10))
    await scene.clock.advance(FIRST)
    assert.equal([listed.calls.list, listed.calls.get], [100, 0])
    assert.is(scene.store.foreign.activeCounts()['listed'] ?? 0, 0)
    await scene.clock.advance(30_000 - FIRST)
    assert.equal([single.calls.get, single.mostRunning <= 8], [10_000, true])
    assert.is(scene.store.foreign.activeCounts()['single'] ?? 0, 0)
  })

  test('leaves a provider that fails alone, longer and longer, and others are polled as ever', async (context) => {
    const [ray, lab] = [new ScriptedProvider('ray'), new ScriptedProvider('lab')]
    ray.fill(3)
    lab.fill(1)
    const warned: string[] = []
    const logger: Logger = {
      ...silentLogger,
      warn: (message) => void warned.push(message),
      info: (message) => void warned.push(message),
    }
    const scene = new Scene(context, [ray, lab], { polling, logger })
    scene.know(ray)
    scene.know(lab)
    const times: number[] = []
    ray.before = () => {
      times.push((scene.clock.now() - 1_000_000 - FIRST) / 1_000)
      throw new ProviderRefusedError('The token is wrong.', { provider: 'ray' })
    }
    ray.pause = 1
    await scene.clock.advance(FIRST + 500_000)
    assert.equal([...new Set(times)], [0, 60, 180, 420])
    assert.is(lab.calls.get, 17)
    assert.is(scene.job('j3').foreign.refreshError, 'The token is wrong.')
    const figures = scene.service.figures.map(({ polls }) => [polls.done, polls.failed])
    assert.equal(figures, [
      [0, 4],
      [17, 0],
    ])
    Object.assign(ray, { before: () => {}, pause: 0 })
    await scene.clock.advance(400_000)
    await scene.clock.advance(60_000)
    assert.is(ray.calls.get > 10, true)
    assert.equal(warned, [
      'Jobs of ray cannot be polled: The token is wrong.',
      'Jobs of ray can be polled again.',
    ])
  })

  test('heeds what a provider asks for', async (context) => {
    const ray = new ScriptedProvider()
    ray.fill(1)
    const scene = new Scene(context, [ray], { polling })
    scene.know(ray)
    ray.before = () => {
      ray.pause = 100_000
      throw new ProviderUnavailableError('It is busy.', { provider: 'ray', retryAfter: 100_000 })
    }
    await scene.clock.advance(FIRST)
    assert.is(ray.requests, 1)
    await scene.clock.advance(100_000)
    assert.is(ray.requests, 1)
    await scene.clock.advance(10_000)
    assert.is(ray.requests, 2)
  })

  test('has every job its turn though a round ends early', async (context) => {
    const ray = new ScriptedProvider()
    ray.capabilities = { ...ray.capabilities, list: false }
    ray.fill(30)
    const scene = new Scene(context, [ray], { polling, concurrency: 1 })
    scene.know(ray)
    let left = 12
    ray.before = () => {
      if (--left < 0) throw new ProviderUnavailableError('It is busy.', { provider: 'ray' })
    }
    await scene.clock.advance(FIRST + 10_000)
    assert.is(ray.got.length, 12 + 5)
    left = 12
    await scene.clock.advance(60_000)
    left = 30
    await scene.clock.advance(300_000)
    assert.equal([...new Set(ray.got)].length, 30)
    assert.is(ray.got[17], 'j18')
  })

  test('gives up a job that its provider does not have any more, and not at once', async (context) => {
    const ray = new ScriptedProvider()
    ray.fill(2)
    const scene = new Scene(context, [ray], { polling })
    scene.know(ray)
    ray.jobs.delete('j1')
    await scene.clock.advance(FIRST)
    const missing = scene.job('j1')
    assert.equal([missing.status, missing.foreign.refreshError], ['running', 'ray has no job j1'])
    await scene.clock.advance(MISSED_FOR - 30_000)
    assert.equal(
      [scene.job('j1').status, ray.got.filter((id) => id === 'j1').length >= MISSED],
      ['running', true],
    )
    await scene.clock.advance(60_000)
    const given = scene.job('j1')
    assert.equal([given.status, given.error?.code], ['failed', 'ERR_PROVIDER_JOB_NOT_FOUND'])
    const asked = ray.got.filter((id) => id === 'j1').length
    await scene.clock.advance(60_000)
    assert.equal([ray.got.filter((id) => id === 'j1').length, scene.job('j2').status], [asked, 'running'])
  })

  test('forgets that a job was missing when it is back', async (context) => {
    const ray = new ScriptedProvider()
    ray.fill(1)
    const scene = new Scene(context, [ray], { polling })
    scene.know(ray)
    const missing = (): never => {
      throw new ProviderJobNotFoundError('It has none.', { provider: 'ray', externalId: 'j1' })
    }
    for (let i = 0; i < 4; i++) {
      ray.before = missing
      await scene.clock.advance(MISSED_FOR - 60_000)
      ray.before = () => {}
      await scene.clock.advance(60_000)
    }
    assert.is(scene.job('j1').status, 'running')
  })

  test('is rare where webhooks tell of jobs, and not there where it is off', async (context) => {
    const [safe, off] = [new ScriptedProvider('safe'), new ScriptedProvider('off')]
    safe.fill(1)
    off.fill(1)
    const scene = new Scene(context, [safe], { polling: { mode: 'safety', interval: 300_000 } })
    scene.know(safe)
    const other = new Scene(context, [off], { clock: scene.clock })
    other.know(off)
    await scene.clock.advance(600_000)
    assert.equal([safe.requests, off.requests], [2, 0])
    assert.is(scene.service.provider('safe').polling, 'safety')
    assert.equal(other.service.provider('off').pollInterval, null)
  })

  test('goes on when the store is well again', async (context) => {
    const ray = new ScriptedProvider()
    ray.fill(1)
    const scene = new Scene(context, [ray], { polling })
    scene.know(ray)
    const { active } = scene.store.foreign
    scene.store.foreign.active = () => {
      throw new Error('the disk is full')
    }
    await scene.clock.advance(100_000)
    assert.is(ray.requests, 0)
    scene.store.foreign.active = active
    await scene.clock.advance(300_000)
    assert.is(ray.requests > 0, true)
  })

  test('closes while a provider never answers, and asks nothing after that', async (context) => {
    const ray = new ScriptedProvider()
    ray.fill(10)
    const scene = new Scene(context, [ray], { polling })
    scene.know(ray)
    ray.before = waiting
    await scene.clock.advance(FIRST + 1_000)
    assert.is(ray.running, 1)
    await scene.service.close()
    assert.equal([ray.running, scene.clock.waiting], [0, 0])
    const { requests } = ray
    await scene.clock.advance(600_000)
    assert.is(ray.requests, requests)
  })
})

suite('two servers on one database', (test) => {
  test('do not both poll, and one takes over from the other', async (context) => {
    const [clock, store] = [new ManualClock(), new MemoryJobStore()]
    const [here, there] = [new ScriptedProvider(), new ScriptedProvider()]
    for (const provider of [here, there]) provider.fill(1)
    const first = new Scene(context, [here], { polling, clock, store, owner: 'first' })
    const second = new Scene(context, [there], { polling, clock, store, owner: 'second' })
    first.know(here)
    await clock.advance(300_000)
    assert.equal([here.requests, there.requests], [10, 0])
    assert.equal(
      [first.service.figures[0]?.pollAge === null, second.service.figures[0]?.pollAge],
      [false, null],
    )
    await first.service.close()
    await clock.advance(90_000)
    assert.is(here.requests, 10)
    assert.ok(there.requests >= 2)
  })

  test('have it taken over when the one that polls dies, and only then', async (context) => {
    const [clock, store] = [new ManualClock(), new MemoryJobStore()]
    const [here, there] = [new ScriptedProvider(), new ScriptedProvider()]
    for (const provider of [here, there]) provider.fill(1)
    const dead = new Scene(context, [here], { polling, clock, store, owner: 'dead' })
    dead.know(here)
    const { lease } = store.foreign
    await clock.advance(100_000)
    new Scene(context, [there], { polling, clock, store, owner: 'heir' })
    // It is not heard of any more.
    store.foreign.lease = (name, owner, ...rest) =>
      owner !== 'dead' && lease.call(store.foreign, name, owner, ...rest)
    await clock.advance(40_000)
    assert.is(there.requests, 0)
    const { requests } = here
    await clock.advance(60_000)
    assert.is(there.requests > 0, true)
    // What has lost its lease knows that, too.
    assert.is(here.requests, requests)
  })

  test('stop a round whose lease is lost', async (context) => {
    const ray = new ScriptedProvider()
    ray.fill(10)
    const scene = new Scene(context, [ray], { polling })
    scene.know(ray)
    ray.before = waiting
    await scene.clock.advance(FIRST)
    assert.is(ray.running, 1)
    scene.store.foreign.lease = () => false
    await scene.clock.advance(30_000)
    assert.is(ray.running, 0)
  })
})
