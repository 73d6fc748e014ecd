import * as assert from 'uvu/assert'
import { ProviderUnavailableError } from '../../../src/errors/provider-errors.ts'
import { READ_AGAIN } from '../../../src/jobs/foreign/log-reader.ts'
import { suite, type TestContext } from '../../support/suite.ts'
import { Scene } from './support/scene.ts'
import { hanging, ScriptedProvider } from './support/scripted-provider.ts'

const lines = (...texts: readonly string[]): { readonly text: string }[] => texts.map((text) => ({ text }))

function following(context: TestContext): { ray: ScriptedProvider; scene: Scene; id: string } {
  const ray = new ScriptedProvider()
  ray.fill(1)
  const scene = new Scene(context, [ray])
  scene.know(ray)
  return { ray, scene, id: scene.job('j1').id }
}

const texts = (scene: Scene, id: string): readonly string[] =>
  scene.store.logs(id, 0, 100_000).lines.map(({ text }) => text)

suite('logs of jobs elsewhere', (test) => {
  test('are read as far as they are new, once for all who want them, and not again at once', async (context) => {
    const { ray, scene, id } = following(context)
    ray.lines.set('j1', lines('one', 'two'))
    const both = await Promise.all([scene.service.refreshLogs(id), scene.service.refreshLogs(id)])
    assert.equal([both, ray.calls.logs, texts(scene, id)], [[null, null], 1, ['one', 'two']])
    ray.lines.get('j1')!.push({ text: 'three' })
    await scene.service.refreshLogs(id)
    assert.is(ray.calls.logs, 1)
    await scene.clock.advance(READ_AGAIN)
    await scene.service.refreshLogs(id)
    assert.equal([ray.calls.logs, texts(scene, id)], [2, ['one', 'two', 'three']])
  })

  test('are read by pages, to the end', async (context) => {
    const { ray, scene, id } = following(context)
    ray.lines.set('j1', lines(...Array.from({ length: 2_500 }, (_, i) => `line ${i}`)))
    await scene.service.refreshLogs(id)
    assert.equal([ray.calls.logs, texts(scene, id).length, texts(scene, id).at(-1)], [3, 2_500, 'line 2499'])
  })

  test('are what they were where their provider fails, which is told and not tried again at once', async (context) => {
    const { ray, scene, id } = following(context)
    ray.before = () => {
      throw new ProviderUnavailableError('It is down.', { provider: 'ray' })
    }
    assert.is(await scene.service.refreshLogs(id), 'It is down.')
    assert.is(await scene.service.refreshLogs(id), 'It is down.')
    assert.is(ray.calls.logs, 1)
  })

  test('keep nobody who does not want to wait, and come in later', async (context) => {
    const { ray, scene, id } = following(context)
    ray.lines.set('j1', lines('one'))
    let answer = (): void => {}
    ray.before = () => new Promise<void>((resolve) => (answer = resolve))
    const controller = new AbortController()
    const reading = scene.service.refreshLogs(id, controller.signal)
    await scene.clock.advance(0)
    controller.abort(new Error('enough'))
    assert.is(await reading, 'enough')
    answer()
    await scene.clock.advance(0)
    assert.equal(texts(scene, id), ['one'])
  })

  test('are given up when their provider never answers', async (context) => {
    const { ray, scene, id } = following(context)
    ray.before = hanging
    const reading = scene.service.refreshLogs(id)
    await scene.clock.advance(30_000)
    assert.match((await reading)!, 'has not given the log within 30 s')
    assert.is(scene.clock.waiting, 0)
  })

  test('come to an end where a provider gives the same lines again and again', async (context) => {
    const { ray, scene, id } = following(context)
    ray.logs = async (_, { limit }) => {
      ray.calls.logs++
      return Array.from({ length: limit }, (__, i) => ({ text: 'again', seq: i + 1 }))
    }
    await scene.service.refreshLogs(id)
    assert.ok(ray.calls.logs <= 20)
  })

  test('are not asked for where there are none, and where nobody can be asked', async (context) => {
    const { ray, scene, id } = following(context)
    ray.capabilities = { ...ray.capabilities, logs: false }
    assert.is(await scene.service.refreshLogs(id), null)
    assert.is(await scene.service.refreshLogs('nothing'), null)
    const gone = new ScriptedProvider('gone')
    gone.fill(1)
    scene.know(gone)
    assert.match(
      (await scene.service.refreshLogs(scene.job('j1', 'gone').id))!,
      'not configured here any more',
    )
    assert.is(ray.calls.logs, 0)
  })
})

suite('followers of a log', (test) => {
  test('have it read on until the last of them has gone', async (context) => {
    const { ray, scene, id } = following(context)
    const stops = [scene.service.followLogs(id), scene.service.followLogs(id)]
    await scene.clock.advance(0)
    assert.is(ray.calls.logs, 1)
    ray.lines.set('j1', lines('one'))
    await scene.clock.advance(READ_AGAIN)
    assert.equal(texts(scene, id), ['one'])
    stops[0]!()
    stops[0]!()
    await scene.clock.advance(10 * READ_AGAIN)
    assert.is(ray.calls.logs, 12)
    stops[1]!()
    await scene.clock.advance(10 * READ_AGAIN)
    assert.equal([ray.calls.logs, scene.clock.waiting], [12, 0])
    const stop = scene.service.followLogs(id)
    await scene.clock.advance(0)
    assert.is(ray.calls.logs, 13)
    stop()
  })

  test('have it read more and more rarely where there is nothing to be expected', async (context) => {
    const { ray, scene, id } = following(context)
    ray.put({ externalId: 'j1', status: 'completed' })
    scene.know(ray)
    const stop = scene.service.followLogs(id)
    await scene.clock.advance(130_000)
    assert.is(ray.calls.logs, 7)
    stop()
    assert.is(scene.clock.waiting, 0)
  })

  test('go on when the database is in order again', async (context) => {
    const { ray, scene, id } = following(context)
    const { get } = scene.store.foreign
    const stop = scene.service.followLogs(id)
    await scene.clock.advance(0)
    scene.store.foreign.get = () => {
      throw new Error('the disk is full')
    }
    await scene.clock.advance(READ_AGAIN)
    assert.is(ray.calls.logs, 1)
    scene.store.foreign.get = get
    await scene.clock.advance(2 * READ_AGAIN)
    assert.is(ray.calls.logs, 2)
    stop()
  })

  test('cost nothing for jobs that are not there, that are the own ones, or are deleted, and after the end', async (context) => {
    const { ray, scene, id } = following(context)
    scene.service.followLogs('nothing')()
    const stop = scene.service.followLogs(id)
    await scene.clock.advance(0)
    scene.store.delete(id, scene.clock.now())
    await scene.clock.advance(10 * READ_AGAIN)
    assert.equal([ray.calls.logs, scene.clock.waiting], [1, 0])
    stop()
    await scene.service.close()
    scene.know(ray)
    scene.service.followLogs(id)
    assert.is(scene.clock.waiting, 0)
  })
})
