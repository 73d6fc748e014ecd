import { join } from 'node:path'
import * as assert from 'uvu/assert'
import { JobManagerClient } from '../../../src/client/index.ts'
import { suite } from '../../support/suite.ts'
import { windowCounts, windowCountsOf } from './pipelines/window-counts.ts'
import { Gates } from './support/gates.ts'
import { linesIn, programOptions } from './support/scene.ts'
import { ServerProcess } from './support/server-process.ts'

const RECORDS = 20_000

suite('a server that is killed while a client waits', (test) => {
  test(
    'comes back, and the wait ends with every record counted once',
    { timeout: 150_000 },
    async (context) => {
      const gates = await Gates.open(context)
      const server = await ServerProcess.start(context)
      const output = join(server.folder, 'out')
      const settings = { records: RECORDS, gates: gates.url, at: [7_000, 14_000], output }
      const env = windowCounts(settings, {
        port: server.port,
        pollInterval: 100,
        retry: { initial: 50, max: 200 },
        ...programOptions('window-counts', settings),
      })
      context.cleanup(() => env.close())
      gates.shut('at 7000')
      gates.shut('at 14000')
      const waiting = env.submit({ autostop: true })
      await gates.arrived('at 7000')
      await server.kill()
      gates.open('at 7000')
      await server.start()
      await gates.arrived('at 14000')
      await server.kill()
      await server.start()
      gates.open('at 14000')
      const result = await waiting
      assert.is(result.status, 'completed')
      assert.equal(linesIn(output), windowCountsOf(RECORDS))
      const job = await (await env.job(result.jobId)).info()
      assert.equal([job.status, job.restarts > 0], ['completed', true])
      // What the job goes on from is what it has begun with, and what is listed.
      const client = new JobManagerClient({ port: server.port })
      context.cleanup(() => client.close())
      const { items } = await client.jobs.transitions(result.jobId)
      const places = (to: string): readonly (string | undefined)[] =>
        items
          .filter((transition) => transition.to === to)
          .map(({ cause }) => /goes on from (\w+ \d+)/.exec(cause)?.[1])
      assert.equal(places('running').slice(1), places('restarting'))
    },
  )
})
