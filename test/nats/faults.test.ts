import * as assert from 'uvu/assert'
import type { EngineConnection } from '../../src/cluster/engine/cluster-engine.ts'
import { RegionFencedError } from '../../src/errors/cluster-errors.ts'
import { nats } from '../../src/nats/index.ts'
import { seededRandom } from '../../src/testing/seeded-random.ts'
import { rejectionOf } from '../job/jobs.ts'
import { byChance, chaoticProxy } from '../support/chaotic-proxy.ts'
import { commitOf, noise, same, take, textOf } from '../support/contracts/engine-values.ts'
import { natsSuite } from '../support/nats/nats-suite.ts'
import { startNats } from '../support/nats/start-nats.ts'
import type { TestContext } from '../support/suite.ts'
import { drain, pump } from './support/pumps.ts'

const ENDS = ['e0.0', 'e0.1']
const REGIONS = ['r0', 'r1']

const connect = async ({ cleanup }: TestContext, address: string): Promise<EngineConnection> => {
  const connection = await nats(address).connect('test')
  cleanup(() => connection.close())
  await connection.createLog('job')
  return connection
}

natsSuite(
  'NATS that fails',
  (test) => {
    test('loses and doubles nothing while connections are cut again and again', async (context) => {
      const { nodes } = await startNats(context)
      const proxy = await chaoticProxy(context, { port: nodes[0]!.port })
      const direct = await connect(context, nodes[0]!.url)
      const worker = await connect(context, `127.0.0.1:${proxy.port}`)
      proxy.treat = byChance({ random: seededRandom(7), share: 1, longest: 60_000 })
      proxy.cutAll()
      const COMMITS = 150
      const pumps = REGIONS.map((region) =>
        pump({ region, ends: ENDS, commits: COMMITS, log: () => worker.openLog('job'), padding: 300 }),
      )
      const readers = [worker, direct].flatMap((connection) =>
        ENDS.map((end) => drain(connection.openLog('job'), end, REGIONS, COMMITS)),
      )
      await Promise.all([...pumps.map(({ done }) => done), ...readers])
      assert.ok(proxy.cuts > 5, `${proxy.cuts} cuts`)
      assert.is((await direct.openLog('job').backlog()).get('e0.0'), 2 * COMMITS)
    })

    test('tells a process that was away that its region is gone', async (context) => {
      const { nodes } = await startNats(context)
      const proxy = await chaoticProxy(context, { port: nodes[0]!.port })
      const zombie = await (
        await connect(context, `127.0.0.1:${proxy.port}`)
      )
        .openLog('job')
        .claim('r0', 'zombie')
      await zombie.commit(commitOf('1', [['e0', 'a']]))
      proxy.down()
      const commit = rejectionOf(zombie.commit(commitOf('2', [['e0', 'never']])))
      const log = (await connect(context, nodes[0]!.url)).openLog('job')
      const owner = await log.claim('r0', 'owner')
      await owner.commit(commitOf('3', [['e0', 'b']]))
      await proxy.listen()
      assert.instance(await commit, RegionFencedError)
      assert.equal(await take(log.read('e0', 0), 2), ['a', 'b'])
      assert.is((await log.backlog()).get('e0'), 2)
    })

    test('waits for servers that are away, and goes on', async (context) => {
      const { nodes } = await startNats(context)
      const proxy = await chaoticProxy(context, { port: nodes[0]!.port })
      const connection = await connect(context, `127.0.0.1:${proxy.port}`)
      const log = connection.openLog('job')
      const reader = log.read('e0', 0)
      const claim = await log.claim('r0', 'me')
      proxy.down()
      const large = { end: 'e0', bytes: noise(2_000_000, 1) }
      const commit = claim.commit(commitOf('1', [['e0', 'a']], { outputs: [large] }))
      const record = connection.records.put('key', large.bytes.subarray(0, 100), 0)
      const committed = log.committed('r1')
      await proxy.listen()
      await commit
      assert.ok((await record)! > 0)
      assert.is(await committed, null)
      assert.ok(same((await reader.next())[0]!.bytes, large.bytes))
    })

    test('loses and doubles nothing when the server is killed and started again', async (context) => {
      const { nodes } = await startNats(context)
      const server = nodes[0]!
      const connection = await connect(context, server.url)
      const log = connection.openLog('job')
      const COMMITS = 400
      let restarts = 0
      const pumps = REGIONS.map((region) =>
        pump({ region, ends: ENDS, commits: COMMITS, log: () => log, padding: 200 }),
      )
      let wake = (): void => {}
      const restarting = (async (): Promise<void> => {
        for (const at of [100, 300, 500]) {
          await new Promise<void>((resolve) => {
            wake = () => {
              if (pumps[0]!.committed + pumps[1]!.committed >= at) resolve()
            }
          })
          await server.kill()
          await server.start()
          restarts++
        }
      })()
      const readers = ENDS.map((end) => drain(log, end, REGIONS, COMMITS, () => wake()))
      await Promise.all([...pumps.map(({ done }) => done), ...readers, restarting])
      assert.is(restarts, 3)
      assert.is((await log.backlog()).get('e0.1'), 2 * COMMITS)
      assert.is(textOf((await log.committed('r1'))!), String(COMMITS))
    })

    test('leaves no consumer and nothing staged behind', async (context) => {
      const servers = await startNats(context)
      const log = (await connect(context, servers.address)).openLog('job')
      const bare = await servers.client()
      const state = async (): Promise<Record<string, number>> =>
        (await bare.request('$JS.API.STREAM.INFO.millrace_job_job')).json<{ state: Record<string, number> }>()
          .state
      const dead = await log.claim('r0', 'dead')
      await dead.stage({ end: 'e0', bytes: noise(2_000_000, 1) })
      const used = await dead.stage({ end: 'e0', bytes: noise(1_500_000, 2) })
      await dead.commit(
        commitOf('1', [], { outputs: [used], blobs: [{ name: 'b', bytes: noise(100_000, 3) }] }),
      )
      await dead.stageBlob({ name: 'c', bytes: noise(3_000_000, 4) })
      await dead.stage({ end: 'e0', bytes: noise(2_000_000, 5) })
      const claim = await log.claim('r0', 'next')
      await rejectionOf(claim.blob('c'))
      // The message, its two pieces, the blob and the control message.
      assert.is((await state())['messages'], 5)
      const reader = log.read('e0', 0)
      const [message] = await reader.next()
      assert.ok(same(message!.bytes, noise(1_500_000, 2)))
      await log.trim('e0', message!.number)
      await claim.commit(commitOf('2', [], { obsolete: ['b'] }))
      await reader.close(new Error('enough'))
      await (await log.claim('r0', 'last')).commit(commitOf('3'))
      const { messages, consumer_count: consumers } = await state()
      assert.equal([messages, consumers], [1, 0])
    })
  },
  { timeout: 60_000 },
)
