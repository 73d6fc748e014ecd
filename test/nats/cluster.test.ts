import * as assert from 'uvu/assert'
import { nats } from '../../src/nats/index.ts'
import { natsSuite } from '../support/nats/nats-suite.ts'
import { startNats } from '../support/nats/start-nats.ts'
import { drain, pump } from './support/pumps.ts'

const ENDS = ['e0.0', 'e0.1']
const REGIONS = ['r0', 'r1']
const COMMITS = 300

natsSuite(
  'NATS as a cluster of three',
  (test) => {
    test('loses and doubles nothing when the leader of the stream is killed', async (context) => {
      const servers = await startNats(context, { nodes: 3 })
      const connections = await Promise.all(
        [1, 2].map(async (i) => {
          const connection = await nats(servers.address).connect(`test ${i}`)
          context.cleanup(() => connection.close())
          await connection.createLog('job')
          return connection
        }),
      )
      const logs = connections.map((connection) => connection.openLog('job'))
      const pumps = REGIONS.map((region, i) =>
        pump({ region, ends: ENDS, commits: COMMITS, log: () => logs[i]!, padding: 200 }),
      )
      let wake = (): void => {}
      const killing = (async (): Promise<void> => {
        await new Promise<void>((resolve) => {
          wake = () => {
            if (pumps.every(({ committed }) => committed >= COMMITS / 3)) resolve()
          }
        })
        const leader = await servers.leaderOf('millrace_job_job')
        await leader.kill()
        const [before] = pumps.map(({ committed }) => committed)
        while (pumps[0]!.committed < Math.min(COMMITS, before! + 20)) await logs[0]!.committed('r0')
        await leader.start()
      })()
      const readers = logs.flatMap((log) =>
        ENDS.map((end) => drain(log, end, REGIONS, COMMITS, () => wake())),
      )
      await Promise.all([...pumps.map(({ done }) => done), ...readers, killing])
      assert.is((await logs[1]!.backlog()).get('e0.0'), 2 * COMMITS)
      const bare = await servers.client()
      const info = await bare.request('$JS.API.STREAM.INFO.millrace_job_job')
      assert.is(info.json<{ config: { num_replicas: number } }>().config.num_replicas, 3)
    })
  },
  { timeout: 120_000 },
)
