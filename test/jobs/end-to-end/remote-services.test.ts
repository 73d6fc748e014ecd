import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import process from 'node:process'
import * as assert from 'uvu/assert'
import { JobFailedError } from '../../../src/job/job-errors.ts'
import { type TestContext, suite } from '../../support/suite.ts'
import { remoteDoubles } from './pipelines/remote-doubles.ts'
import { programOptions, Scene } from './support/scene.ts'

suite(
  'a remote service of a job on a server',
  (test) => {
    test('is hosted there, started again when it is killed, and cleaned up', async (context) => {
      const { scene, env, collected, written } = await open(context)
      scene.gates.shut('second')
      const submitted = env.submit({ autostop: true })
      await scene.gates.arrived('second')
      const [, first] = written()[0]!.split(' ')
      assert.is.not(Number(first), await pidOfJob(scene))
      process.kill(Number(first), 'SIGKILL')
      scene.gates.open('second')
      const { status, services } = await submitted
      assert.is(status, 'completed')
      assert.equal(collected.values, [2, 4, 6])
      assert.equal(services, [{ name: 'doubles', stopped: true, cleaned: true, killed: false }])
      const [, again] = written()[1]!.split(' ')
      assert.is.not(first, again)
      assert.equal(written(), [`started ${first}`, `started ${again}`, `cleaned up ${again}`])
    })

    test('goes with the process of its job', async (context) => {
      const { scene, env, written } = await open(context)
      scene.gates.shut('second')
      const submitted = env.submit({ autostop: true }).catch((error: unknown) => error)
      await scene.gates.arrived('second')
      process.kill(await pidOfJob(scene), 'SIGKILL')
      assert.instance(await submitted, JobFailedError)
      const [, pid] = written()[0]!.split(' ')
      while (existsSync(`/proc/${pid}`)) await new Promise((resolve) => setTimeout(resolve, 10))
    })
  },
  { timeout: 60_000 },
)

interface Opened extends ReturnType<typeof remoteDoubles> {
  readonly scene: Scene
  readonly written: () => readonly string[]
}

async function open(context: TestContext): Promise<Opened> {
  const scene = await Scene.open(context)
  const journal = join(scene.folder, 'journal')
  const settings = { journal, gates: scene.gates.url }
  const { port } = scene
  const { env, collected } = remoteDoubles(settings, { port, ...programOptions('remote-doubles', settings) })
  context.cleanup(() => env.close())
  return { scene, env, collected, written: () => readFileSync(journal, 'utf8').trimEnd().split('\n') }
}

async function pidOfJob({ client }: Scene): Promise<number> {
  const { items } = await client.jobs.list()
  const { process: its } = await client.jobs.get(items[0]!.id)
  return its!.pid
}
