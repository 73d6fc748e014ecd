import * as assert from 'uvu/assert'
import type { JobEvent } from '../../../src/protocol/job-event.ts'
import type { LogLine } from '../../../src/protocol/job-info.ts'
import { suite } from '../../support/suite.ts'
import { start } from './started.ts'
import { stationsServer } from './stations-server.ts'

const parsed = <T>(ndjson: string): readonly T[] =>
  ndjson
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as T)

suite(
  'commands that follow a job',
  (test) => {
    test('logs, of one job with two runs', async (context) => {
      const { millrace, submit, gates, client } = await stationsServer(context)
      gates.shut('at 2')
      const id = await submit('counting', { at: [2] })
      await gates.arrived('at 2')
      const following = start(context, millrace, ['logs', 'counting', '--follow'])
      const asJson = start(context, millrace, ['logs', id, '-f', '--output', 'json', '--stream', 'stdout'])
      await following.until(/odd 1\n/)
      await asJson.until(/even 0/)

      asJson.interrupt()
      assert.is(await asJson.ended, 130)
      const array = JSON.parse(asJson.said.out) as readonly LogLine[]
      assert.equal(
        array.map(({ text }) => text),
        ['even 0'],
      )

      await client.jobs.stop(id, { savepoint: true })
      gates.open('at 2')
      assert.is(await following.ended, 0)
      assert.match(following.said.out, /^even 0\nodd 1\n/)
      assert.match(following.said.err, /^counting is [^]*-- Process \d+ was started; the job begins\.\n/)
      assert.match(following.said.err, /"counting" was stopped after [^]*millrace continue /)

      await client.jobs.continue(id)
      assert.is((await client.waitForEnd(id)).status, 'completed')
      const all = await millrace.call(['logs', id])
      assert.equal([all.code, all.out], [0, 'even 0\nodd 1\neven 2\nodd 3\n'])
      assert.is(all.err.match(/^-- Process \d+ was started/gm)?.length, 2, all.err)
      const chosen = ['--since', '1h', '--stream', 'stderr', '--tail', '9', '--timestamps']
      const stderr = await millrace.call(['logs', id, ...chosen])
      assert.match(stderr.out, /^\d{4}-\d\d-\d\dT[\d:.]+Z odd 1\n\S+ odd 3\n$/)
      const system = await millrace.call(['logs', id, '--stream', 'system', '--tail', '1'])
      assert.match(system.out, /^The job came to its end.*\n$/)
      const lines = parsed<LogLine>((await millrace.call(['logs', id, '-o', 'ndjson'])).out)
      assert.equal(
        lines.map(({ seq }) => seq),
        lines.map((_, i) => i + 1),
      )
      assert.equal(new Set(lines.map(({ stream }) => stream)), new Set(['system', 'stdout', 'stderr']))
      const { out } = await millrace.call(['logs', id, '--tail', '2'], { env: { MILLRACE_OUTPUT: 'json' } })
      assert.equal(JSON.parse(out), lines.slice(-2))
    })

    test('events, those that were and those that come', async (context) => {
      const { millrace, submit, client } = await stationsServer(context)
      const first = await submit('first')
      await client.waitForEnd(first)
      const listed = await millrace.call(['events'])
      const lines = listed.out.trimEnd().split('\n')
      const time = String.raw`\d{4}-\d\d-\d\d \d\d:\d\d:\d\d`
      assert.match(lines[0]!, new RegExp(`^${time}  ${first.slice(0, 8)}  first  submitted$`))
      assert.match(lines[1]!, /first {2}running: Process \d+ was started; the job begins\.$/)
      assert.match(lines.at(-1)!, /first {2}completed: /)

      const following = start(context, millrace, ['events', '--follow', '-o', 'ndjson', '--since', '1h'])
      await following.until(/"to":"completed"/)
      const second = await submit('second')
      await client.waitForEnd(second)
      await client.jobs.delete(second)
      await following.until(/job_deleted/)
      following.interrupt()
      assert.is(await following.ended, 130)
      const events = parsed<JobEvent>(following.said.out)
      assert.equal(
        events.map(({ id }) => id),
        events.map((_, i) => i + 1),
      )
      const of = (job: string): number => events.filter((event) => event.job === job).length
      assert.ok(of(first) >= 3 && of(second) === events.length - of(first))

      const { id } = events[1]!
      const after = await millrace.call(['events', '--after', String(id), '--job', 'first', '-o', 'json'])
      assert.equal(JSON.parse(after.out), events.filter((event) => event.id > id && event.job === first)) // prettier-ignore
      assert.match(
        (await millrace.call(['events'])).out,
        new RegExp(`${second.slice(0, 8)}  second  deleted\n$`),
      )
    })
  },
  { timeout: 120_000 },
)
