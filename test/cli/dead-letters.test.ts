import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import * as assert from 'uvu/assert'
import { JobManagerClient } from '../../src/client/index.ts'
import { picky } from '../jobs/dead-letters/programs/picky.ts'
import { suite } from '../support/suite.ts'
import { Millrace } from './millrace.ts'

suite(
  'millrace dead-letters',
  (test) => {
    test('lists them, shows one, replays and deletes', async (context) => {
      const folder = mkdtempSync(join(tmpdir(), 'millrace-letters-'))
      context.cleanup(() => rmSync(folder, { recursive: true, force: true }))
      const millrace = new Millrace(context)
      const started = await millrace.jobmanager('start', '--port', '0')
      assert.is(started.code, 0, started.err)
      const { port } = millrace.server!
      const client = new JobManagerClient({ port })
      context.cleanup(() => client.close())
      const env = picky({ folder, records: 9 }, { port })
      context.cleanup(() => env.close())
      const job = await env.start()
      job.result.catch(() => {})
      const lettersAre = async (wanted: number): Promise<void> => {
        while ((await client.deadLetters.list(job.id)).total !== wanted) await delay(10)
      }
      await lettersAre(3)

      const listed = await millrace.call(['dead-letters', 'picky', '-o', 'name'])
      const ids = listed.out.trim().split('\n')
      assert.is(ids.length, 3)
      const table = await millrace.call(['dead-letters', 'picky', '--limit', '2'])
      assert.match(table.out, /^ *ID +GIVEN UP +OPERATOR +STATE +RECORD +ERROR\n/)
      assert.is(table.out.trim().split('\n').length, 3)
      const one = await millrace.call(['dead-letters', 'picky', ids[0]!, '-o', 'json'])
      assert.match(one.out, '"stack"')
      assert.is((await millrace.call(['dead-letters', 'picky', 'x'])).code, 2)

      const unsure = await millrace.call(['dead-letters', 'picky', ids[2]!, '--delete'])
      assert.is(unsure.code, 2)
      assert.match(unsure.err, '--yes')
      const deleted = await millrace.call(['dead-letters', 'picky', ids[2]!, '--delete', '--yes'])
      assert.match(deleted.err, 'Deleted 1 dead letter of ')
      writeFileSync(join(folder, 'mended'), '')
      const replayed = await millrace.call(['dead-letters', 'picky', '--operator', 'picky', '--replay'])
      assert.match(replayed.err, 'Replaying 2 dead letters of ')
      await lettersAre(0)
      assert.match((await millrace.call(['dead-letters', 'picky'])).err, 'It has no dead letters')
      writeFileSync(join(folder, 'done'), '')
      await job.result
      const late = await millrace.call(['dead-letters', 'picky', '--replay'])
      assert.is(late.code, 1)
      assert.match(late.err, 'restart it')
    })
  },
  { timeout: 120_000 },
)
