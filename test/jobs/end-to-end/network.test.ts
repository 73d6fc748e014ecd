import { setImmediate as turn } from 'node:timers/promises'
import * as assert from 'uvu/assert'
import { JobManagerClient, type LogLine } from '../../../src/client/index.ts'
import { seededRandom } from '../../../src/testing/seeded-random.ts'
import { ChaoticProxy, type Cut, type Treatment } from '../../support/chaotic-proxy.ts'
import { suite, type TestContext } from '../../support/suite.ts'
import { squares, squaresOf } from './pipelines/squares.ts'
import { temporaryFiles } from './support/leftovers.ts'
import { prepare } from './support/prepared.ts'
import { numbersIn, programOptions, Scene } from './support/scene.ts'

/** Faults of one run: then the network is in order, so that everything comes to its end. */
const FAULTS = 30

const retry = { attempts: 100, initial: 5, max: 20 }

const proxyTo = async ({ port }: Scene, { cleanup }: TestContext): Promise<ChaoticProxy> => {
  const proxy = new ChaoticProxy({ port })
  await proxy.listen()
  cleanup(() => proxy.close())
  return proxy
}

/** Connections that are slow, come in pieces, and break before, in or after what they are for. */
const chaos = (seed: number, cuts: readonly Cut[]): ((connection: number) => Treatment) => {
  const random = seededRandom(seed)
  const below = (n: number): number => Math.floor(random() * n)
  return (connection) => {
    if (connection >= FAULTS) return {}
    const cut = cuts[below(cuts.length)]!
    const slow = { delay: below(3), piece: 500 + below(60_000) }
    switch (below(4)) {
      case 0:
        return { cut, afterUp: below(2_000) }
      case 1:
        return { ...slow, cut, afterUp: below(300_000) }
      case 2:
        return { cut, afterDown: below(4) === 0 ? 0 : below(3_000) }
      default:
        return slow
    }
  }
}

suite(
  'a network that breaks',
  (test) => {
    test('a submission whose answer is lost, again and again, is one job', async (context) => {
      const scene = await Scene.open(context)
      const settings = { records: 3, offset: 0 }
      const { env } = squares(settings)
      const program = await prepare('squares', env)
      await program.upload(scene.client, context.signal)
      const proxy = await proxyTo(scene, context)
      proxy.treat = (connection) => (connection < 3 ? { afterDown: 0 } : {})
      const client = new JobManagerClient({ url: proxy.url, retry })
      context.cleanup(() => client.close())
      const { id } = await client.jobs.submit(program.submission(settings))
      assert.is(proxy.cuts, 3)
      assert.is((await client.waitForEnd(id)).status, 'completed')
      assert.equal(
        (await client.jobs.list()).items.map((job) => job.id),
        [id],
      )
      assert.equal(scene.printed(id, 'line'), squaresOf(settings))
    })

    for (const seed of [1, 2, 3]) {
      test(`loses and doubles nothing of upload, submit, wait and log (${seed})`, async (context) => {
        const scene = await Scene.open(context)
        const { gates, client } = scene
        const proxy = await proxyTo(scene, context)
        proxy.treat = chaos(seed, ['reset', 'end'])
        const settings = { records: 2_000, offset: seed, gates: gates.url, waitsAt: 1_000 }
        const lines: LogLine[] = []
        const { env, collected } = squares(settings, {
          ...{ url: proxy.url, retry, pollInterval: 20, logs: (line) => lines.push(line) },
          ...programOptions('squares', settings),
        })
        context.cleanup(() => env.close())
        gates.shut('square')
        const ended = env.submit({ autostop: true })
        await gates.arrived('square')
        proxy.cutAll('reset')
        gates.open('square')
        const { status, jobId } = await ended
        assert.is(status, 'completed')
        assert.ok(proxy.cuts > 3, `${proxy.cuts} cuts`)
        assert.equal(
          (await client.jobs.list()).items.map(({ id }) => id),
          [jobId],
        )
        assert.equal(numbersIn(lines, 'line'), squaresOf(settings))
        assert.equal(
          lines.map(({ seq }) => seq),
          lines.map((_, i) => i + 1),
        )
        assert.equal(collected.values, squaresOf(settings))
      })
    }

    test('that is silent is found out, and nothing is lost or doubled', async (context) => {
      const scene = await Scene.open(context)
      const { gates, client } = scene
      const proxy = await proxyTo(scene, context)
      const settings = { records: 2_000, offset: 7, gates: gates.url, waitsAt: 1_000 }
      const lines: LogLine[] = []
      const limits = { requestTimeout: 1_000, silence: 1_000, pollInterval: 50, retry }
      const { env, collected } = squares(settings, {
        ...{ url: proxy.url, ...limits, logs: (line) => lines.push(line) },
        ...programOptions('squares', settings),
      })
      context.cleanup(() => env.close())
      const silent = [{ afterUp: 0 }, { afterUp: 5_000 }, { afterDown: 0 }, { afterDown: 100 }]
      proxy.treat = (connection) => ({ cut: 'silence', ...silent[connection] })
      gates.shut('square')
      const ended = env.submit({ autostop: true })
      await gates.arrived('square')
      proxy.cutAll('silence')
      gates.open('square')
      assert.is((await ended).status, 'completed')
      assert.equal(numbersIn(lines, 'line'), squaresOf(settings))
      assert.equal(collected.values, squaresOf(settings))
      assert.is((await client.jobs.list()).total, 1)
      // Uploads that fell silent end with their connections, and the server clears up after them.
      proxy.close()
      while (temporaryFiles(scene.data).length > 0) await turn()
    })

    test('and is gone when the job ends does not keep the wait from its end', async (context) => {
      const scene = await Scene.open(context)
      const { gates, client } = scene
      const proxy = await proxyTo(scene, context)
      const settings = { records: 200, offset: 9, gates: gates.url, waitsAt: 100 }
      const lines: LogLine[] = []
      const { env, collected } = squares(settings, {
        ...{ url: proxy.url, retry, pollInterval: 20, logs: (line) => lines.push(line) },
        ...programOptions('squares', settings),
      })
      context.cleanup(() => env.close())
      gates.shut('square')
      const ended = env.submit({ autostop: true })
      await gates.arrived('square')
      proxy.down()
      gates.open('square')
      const [job] = (await client.jobs.list()).items
      assert.is((await client.waitForEnd(job!.id)).status, 'completed')
      await proxy.listen()
      assert.equal((await ended).jobId, job!.id)
      assert.equal(collected.values, squaresOf(settings))
      assert.equal(numbersIn(lines, 'line'), squaresOf(settings))
    })
  },
  { timeout: 60_000 },
)
