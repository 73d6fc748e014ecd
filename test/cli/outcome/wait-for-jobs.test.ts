import * as assert from 'uvu/assert'
import type { JobInfo } from '../../../src/protocol/job-info.ts'
import { suite } from '../../support/suite.ts'
import { start } from '../following/started.ts'
import { stationsServer } from '../following/stations-server.ts'

suite(
  'millrace wait',
  (test) => {
    test('tells of jobs of every end', async (context) => {
      const { millrace, submit, gates, client } = await stationsServer(context)
      gates.shut('at 1')
      const good = await submit('good')
      const [bad, slow] = [await submit('bad', { failsAt: 0 }), await submit('slow', { at: [1] })]
      const waiting = start(context, millrace, ['wait', good, bad, slow])
      await waiting.until(/"good" has completed after .*: 4 read, 4 written\n/)
      await waiting.until(/"bad" has failed after /)
      await gates.arrived('at 1')
      const limited = await millrace.call(['wait', slow, good, '--for', '0.1', '-o', 'name'])
      assert.equal([limited.code, limited.out], [124, `${good}\n`])
      assert.is(limited.err, '"slow" was not over in time, and goes on\n')
      await client.jobs.cancel(slow)
      assert.is(await waiting.ended, 1)
      assert.match(waiting.said.out, /"slow" was cancelled after .*\n/)
      const table = await millrace.call(['wait', good, slow, '--output', 'json'])
      assert.is(table.code, 6)
      assert.equal(
        (JSON.parse(table.out) as readonly JobInfo[]).map(({ name, status }) => [name, status]),
        [
          ['good', 'completed'],
          ['slow', 'cancelled'],
        ],
      )
    })
  },
  { timeout: 120_000 },
)
