import * as assert from 'uvu/assert'
import { JobNotFoundError } from '../../../src/errors/job-server-errors.ts'
import {
  ProviderCannotError,
  ProviderJobNotFoundError,
  ProviderNotFoundError,
  ProviderUnavailableError,
} from '../../../src/errors/provider-errors.ts'
import { noForeignJobs } from '../../../src/jobs/foreign/no-foreign-jobs.ts'
import { suite, type TestContext } from '../../support/suite.ts'
import { Scene } from './support/scene.ts'
import { ScriptedProvider } from './support/scripted-provider.ts'

function known(context: TestContext): { ray: ScriptedProvider; scene: Scene; id: string } {
  const ray = new ScriptedProvider()
  ray.fill(1)
  const scene = new Scene(context, [ray])
  scene.know(ray)
  return { ray, scene, id: scene.job('j1').id }
}

const thrown = (work: Promise<unknown>): Promise<unknown> =>
  work.then(
    () => undefined,
    (error: unknown) => error,
  )

suite('one job elsewhere', (test) => {
  test('is refreshed once for all who ask', async (context) => {
    const { ray, scene, id } = known(context)
    ray.put({ externalId: 'j1', status: 'completed' })
    const [first, second] = await Promise.all([scene.service.refresh(id), scene.service.refresh(id)])
    assert.equal([first.status, second.status, ray.calls.get], ['completed', 'completed', 1])
    assert.instance(await thrown(scene.service.refresh('nothing')), JobNotFoundError)
  })

  test('tells why it could not be refreshed', async (context) => {
    const { ray, scene, id } = known(context)
    ray.before = () => {
      throw new ProviderUnavailableError('It is down.', { provider: 'ray' })
    }
    assert.instance(await thrown(scene.service.refresh(id)), ProviderUnavailableError)
    assert.is(scene.info(id).foreign?.refreshError, 'It is down.')
    ray.before = () => {}
    assert.is((await scene.service.refresh(id)).foreign?.refreshError, null)
  })

  test('is cancelled where it runs, which its history shows whenever it comes', async (context) => {
    const { ray, scene, id } = known(context)
    const { cancel } = ray
    ray.cancel = async (externalId) => {
      ray.put({ externalId, status: 'stopping' })
    }
    assert.is((await scene.service.cancel(id, 'cancelled by ada')).status, 'stopping')
    ray.put({ externalId: 'j1', status: 'cancelled' })
    await scene.service.refresh(id)
    const { items } = scene.store.transitions(id, { limit: 9 })
    assert.equal(
      items.map(({ to, cause }) => [to, cause]),
      [
        ['running', 'the test'],
        ['stopping', 'seen at ray, on a refresh'],
        ['cancelled', 'cancelled by ada'],
      ],
    )
    ray.cancel = cancel
    await scene.service.cancel(id, 'cancelled by ben')
    assert.is(ray.calls.cancel, 0)
  })

  test('is not cancelled where its provider cannot, does not know it, or is not there', async (context) => {
    const { ray, scene, id } = known(context)
    ray.jobs.clear()
    assert.instance(await thrown(scene.service.cancel(id, 'by ada')), ProviderJobNotFoundError)
    ray.put({ externalId: 'j1', status: 'cancelled' })
    await scene.service.refresh(id)
    const { items } = scene.store.transitions(id, { limit: 9 })
    assert.is(items.at(-1)?.cause, 'seen at ray, on a refresh')
    ray.capabilities = { ...ray.capabilities, cancel: false }
    ray.fill(2)
    scene.know(ray)
    assert.instance(await thrown(scene.service.cancel(scene.job('j2').id, 'by ada')), ProviderCannotError)
    const gone = new ScriptedProvider('gone')
    gone.fill(1)
    scene.know(gone)
    const error = await thrown(scene.service.cancel(scene.job('j1', 'gone').id, 'by ada'))
    assert.instance(error, ProviderCannotError)
    assert.match((error as Error).message, 'delete the job here by force')
    assert.instance(await thrown(scene.service.refresh(scene.job('j1', 'gone').id)), ProviderCannotError)
  })

  test('comes in by a webhook, known or not', async (context) => {
    const { scene, id } = known(context)
    scene.service.observe('ray', { externalId: 'j1', status: 'completed' }, 'told by ray')
    scene.service.observe('ray', { externalId: 'j1', status: 'running' }, 'told by ray, late')
    scene.service.observe('ray', { externalId: 'new', status: 'queued' }, 'told by ray')
    assert.equal(
      [scene.info(id).status, scene.path('j1'), scene.path('new')],
      ['completed', 'running completed', 'queued'],
    )
    assert.throws(
      () => scene.service.observe('else', { externalId: 'j1', status: 'running' }, 'told'),
      (error: unknown) => error instanceof ProviderNotFoundError,
    )
  })
})

suite('a server without providers', (test) => {
  test('has nobody to ask', async (context) => {
    const { scene, id } = known(context)
    const none = noForeignJobs({ get: (job) => scene.info(job) })
    assert.is((await none.sync({ by: 'ada' })).message, 'There is no provider to ask for jobs.')
    assert.instance(await thrown(none.sync({ by: 'ada', provider: 'ray' })), ProviderNotFoundError)
    assert.instance(await thrown(none.cancel(id, 'by ada')), ProviderCannotError)
    assert.instance(await thrown(none.refresh(id)), ProviderCannotError)
    assert.equal(await none.refreshActive({ deadline: 1 }), {
      refreshed: 0,
      notRefreshed: [],
      notRefreshedTotal: 0,
    })
    assert.is(await none.refreshLogs(id), null)
    none.followLogs(id)()
    await none.close()
  })
})
