import * as assert from 'uvu/assert'
import {
  ProviderCannotError,
  ProviderNotFoundError,
  ProviderUnavailableError,
} from '../../../src/errors/provider-errors.ts'
import { ManualClock } from '../../support/manual-clock.ts'
import { suite } from '../../support/suite.ts'
import { turn } from '../../support/turns.ts'
import { Scene } from './support/scene.ts'
import { hanging, ScriptedProvider } from './support/scripted-provider.ts'

const down = (): never => {
  throw new ProviderUnavailableError('It is down.', { provider: 'ray' })
}

const thrown = (work: Promise<unknown>): Promise<unknown> =>
  work.then(
    () => undefined,
    (error: unknown) => error,
  )

suite('a sync', (test) => {
  test('takes in the newest hundred, what is new and what has changed, and nothing twice', async (context) => {
    const ray = new ScriptedProvider()
    ray.fill(250)
    const scene = new Scene(context, [ray])
    const first = await scene.service.sync({ by: 'ada' })
    assert.equal([first.synced, first.updated, ray.calls.list], [100, 100, 1])
    assert.is(first.message, 'Synced 100 jobs: 100 new.')
    assert.is(scene.job('j250').status, 'running')
    assert.is(scene.store.foreign.find('ray', 'j150'), undefined)

    const events = scene.events
    const again = await scene.service.sync({ by: 'ada' })
    assert.is(again.message, 'Synced 100 jobs: nothing has changed.')
    assert.is(scene.events, events)

    ray.put({ externalId: 'j250', status: 'completed', endedAt: '2025-01-31T12:00:00.000Z' })
    ray.put({ externalId: 'j249', status: 'running', cost: { amount: 2, unit: 'USD' } })
    const third = await scene.service.sync({ by: 'ada' })
    assert.is(third.message, 'Synced 100 jobs: 2 changed.')
    assert.equal([scene.events - events, scene.path('j250')], [1, 'running completed'])
    assert.is(scene.job('j250').endedAt, '2025-01-31T12:00:00.000Z')
    const { items } = scene.store.transitions(scene.job('j250').id, { limit: 9 })
    assert.is(items.at(-1)?.cause, 'seen at ray, in a sync by ada')
  })

  test('goes on by pages, up to the limit', async (context) => {
    const ray = new ScriptedProvider()
    ray.fill(250)
    const scene = new Scene(context, [ray])
    assert.is((await scene.service.sync({ by: 'ada', limit: 230 })).synced, 230)
    assert.equal([ray.calls.list, scene.store.foreign.activeCounts()['ray']], [3, 230])
    assert.is((await scene.service.sync({ by: 'ada', limit: 1_000 })).message, 'Synced 250 jobs: 20 new.')
  })

  test('does not take in what ended before all that is kept', async (context) => {
    const clock = new ManualClock()
    const ray = new ScriptedProvider()
    const ended = (ago: number): string => new Date(clock.now() - ago).toISOString()
    ray.put({ externalId: 'past', status: 'completed', endedAt: ended(60_001) })
    ray.put({
      externalId: 'kept',
      status: 'failed',
      endedAt: ended(60_000),
      error: { name: 'E', message: 'x', lineage: [] },
    })
    ray.put({ externalId: 'stopped', status: 'stopped', endedAt: ended(70_000) })
    ray.put({ externalId: 'running', status: 'running', endedAt: ended(70_000) })
    const scene = new Scene(context, [ray], { clock, keep: 60_000 })
    assert.is((await scene.service.sync({ by: 'ada' })).message, 'Synced 4 jobs: 3 new.')
    assert.is(scene.store.foreign.find('ray', 'past'), undefined)

    // One that is known is brought up to date, however long ago it ended.
    ray.put({ externalId: 'running', status: 'completed' })
    assert.is((await scene.service.sync({ by: 'ada' })).message, 'Synced 4 jobs: 1 changed.')
    assert.is(scene.job('running').status, 'completed')
  })

  test('tells of jobs that cannot be understood', async (context) => {
    const ray = new ScriptedProvider()
    ray.fill(2)
    ray.unreadable = ['a job without an id']
    const scene = new Scene(context, [ray])
    const { message } = await scene.service.sync({ by: 'ada' })
    assert.is(message, 'Synced 2 jobs: 2 new. ray told of 1 job that cannot be understood.')
  })

  test('is done once for all who ask for the same at the same time, and for all providers at once', async (context) => {
    const [ray, lab] = [new ScriptedProvider('ray'), new ScriptedProvider('lab')]
    ray.fill(3)
    lab.fill(2)
    const scene = new Scene(context, [ray, lab])
    const results = await Promise.all([
      scene.service.sync({ by: 'ada' }),
      scene.service.sync({ by: 'ben' }),
      scene.service.sync({ by: 'cleo', provider: 'lab' }),
    ])
    assert.equal(
      results.map(({ synced }) => synced),
      [5, 5, 2],
    )
    assert.equal([ray.calls.list, lab.calls.list], [1, 1])
    await scene.service.sync({ by: 'cleo', provider: 'lab' })
    assert.equal([ray.calls.list, lab.calls.list], [1, 2])
  })

  test('does not wait for a provider that never answers, and tells what failed', async (context) => {
    const [ray, lab, wet] = ['ray', 'lab', 'wet'].map((name) => new ScriptedProvider(name)) as [
      ScriptedProvider,
      ScriptedProvider,
      ScriptedProvider,
    ]
    ray.before = hanging
    lab.before = down
    wet.fill(1)
    const scene = new Scene(context, [ray, lab, wet])
    const sync = scene.service.sync({ by: 'ada' })
    await scene.clock.advance(29_999)
    assert.is(scene.job('j1', 'wet').status, 'running')
    await scene.clock.advance(1)
    const result = await sync
    assert.equal(result.failed, [
      { provider: 'ray', error: 'ray has not told of all jobs within 30 s' },
      { provider: 'lab', error: 'It is down.' },
    ])
    assert.match(result.message, /^Synced 1 job: 1 new\. ray could not be asked: ray has not told/)
    const syncs = scene.service.providers.map(({ lastSyncAt }) => lastSyncAt !== null)
    assert.equal(syncs, [false, false, true])
    assert.is(scene.clock.waiting, 0)
  })

  test('leaves who does not want to wait, and goes on', async (context) => {
    const ray = new ScriptedProvider()
    ray.fill(1)
    let answer = (): void => {}
    ray.before = () => new Promise<void>((resolve) => (answer = resolve))
    const scene = new Scene(context, [ray])
    const controller = new AbortController()
    const error = thrown(scene.service.sync({ by: 'ada', signal: controller.signal }))
    await turn()
    const reason = new Error('enough')
    controller.abort(reason)
    assert.is(await error, reason)
    answer()
    await scene.clock.advance(0)
    assert.is(scene.job('j1').status, 'running')
  })

  test('tells of words that nobody knows, which change nothing', async (context) => {
    const ray = new ScriptedProvider()
    ray.fill(2)
    const scene = new Scene(context, [ray])
    await scene.service.sync({ by: 'ada' })
    ray.put({ externalId: 'j1', status: null, externalStatus: 'BOOTING' })
    const result = await scene.service.sync({ by: 'ada' })
    assert.equal(result.unknownStatuses, [{ provider: 'ray', status: 'BOOTING' }])
    assert.equal([scene.job('j1').status, scene.job('j1').foreign.externalStatus], ['running', 'BOOTING'])
    assert.equal(scene.service.provider('ray').unknownStatuses, ['BOOTING'])
  })

  test('asks for the errors of failed jobs of which the list tells none, once', async (context) => {
    const ray = new ScriptedProvider()
    ray.fill(3, 'failed')
    ray.put({ externalId: 'whole', status: 'failed', error: { name: 'E', lineage: ['E'], message: 'known' } })
    const scene = new Scene(context, [ray])
    const { get } = ray
    ray.get = async (id, call) => {
      if (id === 'j2') throw new Error('not this one')
      const error = { name: 'E', lineage: ['E'], message: `why ${id}` }
      return { ...(await get.call(ray, id, call)), error }
    }
    await scene.service.sync({ by: 'ada' })
    const errors = ['j1', 'j2', 'j3', 'whole'].map((id) => scene.job(id).error?.message)
    assert.equal(errors, ['why j1', undefined, 'why j3', 'known'])
    const calls = ray.calls.get
    await scene.service.sync({ by: 'ada' })
    assert.is(ray.calls.get, calls)
  })

  test('comes to an end with a list that goes in circles, repeats itself, or gives more than asked for', async (context) => {
    const ray = new ScriptedProvider()
    ray.fill(3)
    const scene = new Scene(context, [ray])
    const job = { externalId: 'j1', status: 'running' as const }
    ray.list = async () => ({ jobs: [job, job, { ...job, externalId: 'j2' }], next: 'again' })
    assert.is((await scene.service.sync({ by: 'ada' })).synced, 2)
    const many = Array.from({ length: 5_000 }, (_, i) => ({ ...job, externalId: `m${i}` }))
    ray.list = async () => ({ jobs: many, next: null })
    assert.is((await scene.service.sync({ by: 'ada' })).synced, 100)
  })

  test('passes over providers that cannot list, and refuses them and unknown ones by name', async (context) => {
    const [ray, mute] = [new ScriptedProvider('ray'), new ScriptedProvider('mute')]
    mute.capabilities = { ...mute.capabilities, list: false }
    const scene = new Scene(context, [ray, mute])
    assert.is((await scene.service.sync({ by: 'ada' })).message, 'Found no jobs.')
    const error = await thrown(scene.service.sync({ by: 'ada', provider: 'mute' }))
    assert.instance(error, ProviderCannotError)
    assert.instance(await thrown(scene.service.sync({ by: 'ada', provider: 'b' })), ProviderNotFoundError)
    assert.is(mute.calls.list, 0)
  })

  test('fails where the store does', async (context) => {
    const ray = new ScriptedProvider()
    ray.fill(1)
    const scene = new Scene(context, [ray], { clock: new ManualClock() })
    const broken = new Error('the disk is full')
    scene.store.foreign.observe = () => {
      throw broken
    }
    assert.is(await thrown(scene.service.sync({ by: 'ada' })), broken)
  })

  test('does not bring back what was deleted here', async (context) => {
    const ray = new ScriptedProvider()
    ray.fill(2)
    const scene = new Scene(context, [ray])
    await scene.service.sync({ by: 'ada' })
    scene.store.delete(scene.job('j1').id, 1)
    await scene.service.sync({ by: 'ada' })
    assert.is(scene.store.foreign.find('ray', 'j1'), undefined)
  })
})
