import * as assert from 'uvu/assert'
import { ProviderAnswerError, ProviderUnavailableError } from '../../../src/errors/provider-errors.ts'
import { suite } from '../../support/suite.ts'
import { Scene } from './support/scene.ts'
import { hanging, ScriptedProvider } from './support/scripted-provider.ts'

const unavailable = (): never => {
  throw new ProviderUnavailableError('It is down.', { provider: 'ray' })
}

suite('a refresh of what is active', (test) => {
  test('asks for active jobs only, by the list where it has many of them', async (context) => {
    const ray = new ScriptedProvider()
    ray.fill(1, 'running')
    ray.fill(300, 'completed')
    ray.fill(150, 'running')
    const scene = new Scene(context, [ray])
    scene.know(ray)
    for (const id of ray.jobs.keys()) ray.put({ externalId: id, status: 'completed' })
    const report = await scene.service.refreshActive({ deadline: 5_000 })
    assert.equal(report, { refreshed: 151, notRefreshed: [], notRefreshedTotal: 0 })
    assert.equal([ray.calls.list, ray.calls.get, ray.got], [2, 1, ['j1']])
    assert.equal(scene.store.foreign.activeCounts()['ray'] ?? 0, 0)
    assert.is(scene.path('j1'), 'running completed')
  })

  test('stops listing where pages spare nothing', async (context) => {
    const ray = new ScriptedProvider()
    ray.fill(10, 'running')
    ray.fill(1_000, 'completed')
    const scene = new Scene(context, [ray])
    scene.know(ray)
    await scene.service.refreshActive({ deadline: 5_000 })
    assert.equal([ray.calls.list, ray.calls.get], [2, 10])
  })

  test('asks one by one where there is no list, never more at a time than the provider takes', async (context) => {
    const ray = new ScriptedProvider()
    ray.capabilities = { ...ray.capabilities, list: false }
    ray.fill(50)
    ray.before = () => new Promise((resolve) => setImmediate(resolve))
    const scene = new Scene(context, [ray], { concurrency: 3 })
    scene.know(ray)
    const report = await scene.service.refreshActive({ deadline: 5_000 })
    assert.equal([report.refreshed, ray.calls.get, ray.mostRunning], [50, 50, 3])
  })

  test('answers at its deadline, says what it could not learn, and goes on for others', async (context) => {
    const [ray, lab] = [new ScriptedProvider('ray'), new ScriptedProvider('lab')]
    ray.fill(2)
    lab.fill(2)
    const scene = new Scene(context, [ray, lab])
    scene.know(ray)
    scene.know(lab)
    const answers: (() => void)[] = []
    lab.before = () => new Promise<void>((resolve) => answers.push(resolve))
    const first = scene.service.refreshActive({ deadline: 1_000 })
    const second = scene.service.refreshActive({ deadline: 2_000 })
    await scene.clock.advance(1_000)
    const report = await first
    assert.equal([report.refreshed, report.notRefreshedTotal], [2, 2])
    assert.equal(report.notRefreshed[0], {
      job: scene.job('j1', 'lab').id,
      provider: 'lab',
      reason: 'lab has not answered in time.',
    })
    for (const answer of answers) answer()
    assert.equal([(await second).refreshed, ray.calls.get, lab.calls.get], [4, 2, 2])
    assert.is(scene.clock.waiting, 0)
  })

  test('stops asking a provider that is down, and notes it with all of its jobs', async (context) => {
    const [ray, lab] = [new ScriptedProvider('ray'), new ScriptedProvider('lab')]
    ray.fill(1_200)
    lab.fill(1)
    const scene = new Scene(context, [ray, lab])
    scene.know(ray)
    scene.know(lab)
    ray.before = unavailable
    const report = await scene.service.refreshActive({ deadline: 5_000 })
    assert.equal([report.refreshed, report.notRefreshedTotal, report.notRefreshed.length], [1, 1_200, 100])
    assert.ok(ray.requests <= 1 + 5 + 8)
    assert.ok(report.notRefreshed.every(({ reason }) => reason === 'It is down.'))
    for (const id of ['j1', 'j1200']) assert.is(scene.job(id).foreign.refreshError, 'It is down.')
    ray.before = () => {}
    await scene.service.refreshActive({ deadline: 5_000 })
    assert.is(scene.job('j1200').foreign.refreshError, null)
  })

  test('does not ask a provider that is left alone more than once', async (context) => {
    const ray = new ScriptedProvider()
    ray.fill(100)
    const scene = new Scene(context, [ray])
    scene.know(ray)
    Object.assign(ray, { breaker: 'open', pause: 5_000, before: unavailable })
    await scene.service.refreshActive({ deadline: 5_000 })
    assert.is(ray.requests, 1)
    // With few jobs, of which no list is worth reading, one of them finds out.
    const few = new ScriptedProvider('few')
    few.fill(3)
    const other = new Scene(context, [few])
    other.know(few)
    Object.assign(few, { breaker: 'half-open', before: unavailable, pause: 5_000 })
    await other.service.refreshActive({ deadline: 5_000 })
    assert.is(few.requests, 1)
  })

  test('goes on where jobs alone are the trouble', async (context) => {
    const ray = new ScriptedProvider()
    ray.capabilities = { ...ray.capabilities, list: false }
    ray.fill(40)
    const scene = new Scene(context, [ray])
    scene.know(ray)
    ray.before = (_, id) => {
      if (Number(id.slice(1)) <= 20) throw new ProviderAnswerError('It says nonsense.', { provider: 'ray' })
    }
    const report = await scene.service.refreshActive({ deadline: 5_000 })
    assert.equal([report.refreshed, report.notRefreshedTotal, ray.calls.get], [20, 20, 40])
    assert.is(scene.job('j1').foreign.refreshError, 'It says nonsense.')
  })

  test('believes no answer about another job', async (context) => {
    const ray = new ScriptedProvider()
    ray.fill(2)
    const scene = new Scene(context, [ray])
    scene.know(ray)
    ray.get = async () => ({ externalId: 'j2', status: 'completed' })
    const report = await scene.service.refreshActive({ deadline: 5_000 })
    assert.equal([report.refreshed, report.notRefreshedTotal], [1, 1])
    assert.match(report.notRefreshed[0]!.reason, 'told of another one')
    assert.equal([scene.job('j1').status, scene.job('j2').status], ['running', 'completed'])
  })

  test('tells of jobs whose provider is not configured any more, and heeds the names that it is given', async (context) => {
    const [ray, gone] = [new ScriptedProvider('ray'), new ScriptedProvider('gone')]
    ray.fill(1)
    gone.fill(2)
    const scene = new Scene(context, [ray])
    scene.know(ray)
    scene.know(gone)
    const all = await scene.service.refreshActive({ deadline: 5_000 })
    assert.equal([all.refreshed, all.notRefreshedTotal], [1, 2])
    assert.match(all.notRefreshed[0]!.reason, /no provider 'gone' here any more/)
    const some = await scene.service.refreshActive({ deadline: 5_000, providers: ['gone', 'else'] })
    assert.equal([some.refreshed, some.notRefreshedTotal, ray.calls.get], [0, 2, 1])
  })

  test('answers also where the store is out of order', async (context) => {
    const ray = new ScriptedProvider()
    ray.fill(2)
    const scene = new Scene(context, [ray])
    scene.know(ray)
    scene.store.foreign.observe = () => {
      throw new Error('the disk is full')
    }
    const report = await scene.service.refreshActive({ deadline: 5_000 })
    assert.equal([report.refreshed, report.notRefreshedTotal], [0, 2])
    assert.ok(report.notRefreshed.every(({ reason }) => reason === 'the disk is full'))
  })

  test('is over when the server closes, though a provider never answers', async (context) => {
    const ray = new ScriptedProvider()
    ray.fill(2)
    const scene = new Scene(context, [ray])
    scene.know(ray)
    ray.before = hanging
    const refresh = scene.service.refreshActive({ deadline: 60_000 })
    const sync = scene.service.sync({ by: 'ada' }).catch((error: { code?: string }) => error.code)
    await scene.clock.advance(10)
    await scene.service.close()
    assert.is((await refresh).notRefreshedTotal, 2)
    assert.is(await sync, 'ERR_SERVER_BUSY')
    assert.equal([scene.clock.waiting, ray.closed], [0, true])
  })
})
