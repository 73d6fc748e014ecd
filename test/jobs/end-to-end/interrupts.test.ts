import * as assert from 'uvu/assert'
import { JobDeletedError } from '../../../src/client/index.ts'
import type { RemoteJobOptions } from '../../../src/index.ts'
import { suite, type TestContext } from '../../support/suite.ts'
import { Script } from '../../process/script.ts'
import { waitingSink } from './pipelines/waiting-sink.ts'
import { program, programOptions, reaches, Scene } from './support/scene.ts'

/** A client in its own process waits for a job that is in the midst of its tenth record. */
const waitingClient = async (
  context: TestContext,
  scene: Scene,
  options: RemoteJobOptions = {},
): Promise<{ script: Script; id: string }> => {
  const { gates, port, client } = scene
  // So many that it does not come to its end by itself before it hears that it is to stop.
  const settings = { records: 100_000, gates: gates.url, waitsAt: 10 }
  gates.shut('sink')
  const args = [settings, { port, ...options }].map((arg) => JSON.stringify(arg))
  const script = new Script(program('waiting-sink'), { signal: context.signal, args })
  await gates.arrived('sink')
  const [job] = (await client.jobs.list()).items
  return { script, id: job!.id }
}

suite(
  'a client that waits for a job',
  (test) => {
    test('stops it with Ctrl-C, and waits until it has stopped', async (context) => {
      const scene = await Scene.open(context)
      const { script, id } = await waitingClient(context, scene)
      script.interrupt()
      await reaches(scene.client.job$(id), ({ status }) => status === 'stopping')
      scene.gates.open('sink')
      const { code, lines, errors } = await script.ended()
      assert.equal([code, lines], [0, ['stopped']], errors)
      const { status, savepoint } = await scene.client.jobs.get(id)
      assert.equal([status, savepoint?.kind], ['stopped', 'savepoint'])
    })

    test('cancels it with a second Ctrl-C', async (context) => {
      const scene = await Scene.open(context)
      const { script, id } = await waitingClient(context, scene)
      script.interrupt()
      await reaches(scene.client.job$(id), ({ status }) => status === 'stopping')
      script.interrupt()
      const { code, lines, errors } = await script.ended()
      assert.equal([code, lines], [0, ['JobCancelledError']], errors)
      assert.is((await scene.client.jobs.get(id)).status, 'cancelled')
    })

    test('leaves it alone where it is to be detached', async (context) => {
      const scene = await Scene.open(context)
      const { script, id } = await waitingClient(context, scene, { detach: true })
      script.interrupt()
      assert.is((await script.ended()).signal, 'SIGINT')
      assert.is((await scene.client.jobs.get(id)).status, 'running')
      scene.gates.open('sink')
      assert.is((await scene.client.waitForEnd(id)).status, 'completed')
    })

    test('is told when it is deleted', async (context) => {
      const { gates, port, client } = await Scene.open(context)
      const settings = { records: 1_000, gates: gates.url, waitsAt: 10 }
      const { env } = waitingSink(settings, { port, ...programOptions('waiting-sink', settings) })
      context.cleanup(() => env.close())
      gates.shut('sink')
      const error = env.submit({ autostop: true }).then(
        () => undefined,
        (thrown: unknown) => thrown,
      )
      await gates.arrived('sink')
      const [job] = (await client.jobs.list()).items
      await client.jobs.delete(job!.id, { force: true })
      const thrown = await error
      assert.ok(thrown instanceof JobDeletedError, String(thrown))
      assert.match(thrown.message, job!.id)
      assert.is((await client.jobs.list()).total, 0)
    })
  },
  { timeout: 60_000 },
)
