import process from 'node:process'
import * as assert from 'uvu/assert'
import { fixedDelay } from '../../../src/index.ts'
import { suite, type TestContext } from '../../support/suite.ts'
import { threadedCounts } from './pipelines/threaded-counts.ts'
import { programOptions, Scene } from './support/scene.ts'

const records = 5000
const expected = Array.from({ length: 10 }, (_, digit) => [digit, records / 10])

interface Opened extends ReturnType<typeof threadedCounts> {
  readonly scene: Scene
  readonly printed: readonly string[]
}

async function open(context: TestContext): Promise<Opened> {
  const scene = await Scene.open(context)
  const settings = { records, gates: scene.gates.url }
  const printed: string[] = []
  const { env, counts } = threadedCounts(settings, {
    port: scene.port,
    restart: fixedDelay({ attempts: 2, delay: 1 }),
    checkpoints: { interval: 50 },
    logs: ({ stream, text }) => stream === 'stdout' && printed.push(text),
    ...programOptions('threaded-counts', settings),
  })
  context.cleanup(() => env.close())
  return { scene, env, counts, printed }
}

suite(
  'a job on a server with operators in threads',
  (test) => {
    test('runs them there, and its books balance', async (context) => {
      const { env, counts, printed } = await open(context)
      const { status, nodes } = await env.submit({ autostop: true })
      assert.is(status, 'completed')
      assert.equal(
        counts.values.toSorted(([a], [b]) => Number(a) - Number(b)),
        expected,
      )
      assert.equal(printed, ['in a thread', 'in a thread'])
      assert.equal(
        nodes.map(({ name, in: entered, out }) => [name, entered, out]),
        [
          ['source-1', 0, records],
          ['look', records, records],
          ['keyBy-1', records, records],
          ['count', records, 10],
          ['sink-1', 10, 0],
        ],
      )
    })

    test('goes on from its last checkpoint when its process is killed, and counts each record once', async (context) => {
      const { scene, env, counts } = await open(context)
      scene.gates.shut('middle')
      const submitted = env.submit({ autostop: true })
      await scene.gates.arrived('middle')
      const [job] = (await scene.client.jobs.list()).items
      process.kill((await scene.client.jobs.get(job!.id)).process!.pid, 'SIGKILL')
      scene.gates.open('middle')
      assert.is((await submitted).status, 'completed')
      assert.is((await scene.client.jobs.get(job!.id)).restarts, 1)
      assert.equal(
        counts.values.toSorted(([a], [b]) => Number(a) - Number(b)),
        expected,
      )
    })
  },
  { timeout: 60_000 },
)
