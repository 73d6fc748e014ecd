import * as assert from 'uvu/assert'
import type { JobInfo, JobSummary } from '../../src/client/index.ts'
import { suite } from '../support/suite.ts'
import { stationsServer } from './following/stations-server.ts'
import { masked } from './masked.ts'
import { PseudoTerminal } from './pseudo-terminal.ts'

suite(
  'millrace list and show',
  (test) => {
    test('jobs, by number, id, beginning of an id and name', async (context) => {
      const { millrace, submit, client } = await stationsServer(context)
      const none = await millrace.call(['list'])
      assert.equal([none.code, none.out], [0, ''])
      assert.match(none.err, /^There are no jobs yet/)
      assert.equal(await millrace.call(['list', '-o', 'json']), { ...none, out: '[]\n', err: '' })

      const ids: string[] = []
      for (const [name, settings] of [
        ['word count', {}],
        ['流れ', {}],
        ['prices', { failsAt: 2 }],
        ['prices', {}],
      ] as const) {
        const id = await submit(name, settings)
        await client.waitForEnd(id)
        ids.unshift(id)
      }

      const table = await millrace.call(['list'])
      assert.equal([table.code, table.err], [0, ''])
      assert.equal(masked(table.out).split('\n'), [
        '#  ID        NAME        STATUS     SUBMITTED  LASTED  RESTARTS',
        '1  SHORT-ID  prices      completed  SPAN ago SPAN 0',
        '2  SHORT-ID  prices      failed     SPAN ago SPAN 0',
        '3  SHORT-ID  流れ        completed  SPAN ago SPAN 0',
        '4  SHORT-ID  word count  completed  SPAN ago SPAN 0',
        '',
      ])
      const json = JSON.parse((await millrace.call(['list', '-o', 'json'])).out) as readonly JobSummary[]
      assert.equal(json, (await client.jobs.list()).items)
      const ndjson = await millrace.call(['list', '-o', 'ndjson', '--sort', 'name'])
      assert.equal(
        ndjson.out
          .trimEnd()
          .split('\n')
          .map((line) => (JSON.parse(line) as JobSummary).name),
        ['prices', 'prices', 'word count', '流れ'],
      )
      const names = async (...args: readonly string[]): Promise<readonly number[]> => {
        const { out } = await millrace.call(['list', '-o', 'name', ...args])
        return out
          .split('\n')
          .slice(0, -1)
          .map((id) => ids.indexOf(id))
      }
      assert.equal(await names('--name', 'PRI', '--reverse'), [1, 0])
      assert.equal(await names('--status', 'failed,running', '--status', 'queued'), [1])
      assert.match(
        (await millrace.call(['list', '-o', 'yaml', '-l', '1'])).out,
        /^- id: \S{36}\n {2}name: prices\n/,
      )
      const wide = await millrace.call(['list', '--wide', '--limit', '1'])
      assert.match(wide.out, new RegExp(`RESTARTS  POSITION  PRIORITY .* ENDED\n1  ${ids[0]}  prices `))
      assert.is(wide.err, 'and 3 more, of 4: --all shows them all, --limit so many\n')
      const wrong = await millrace.call(['list', '--status', 'gone', '--limit', '2'])
      assert.equal([wrong.code, wrong.out], [2, ''])
      assert.match(wrong.err, /`gone` is none of pending, .*cancelled/)

      // Numbers are those of the last listing, which a job that comes later does not shift.
      assert.equal(await names('--sort', 'submitted', '--all'), [3, 2, 1, 0])
      await client.waitForEnd(await submit('later'))
      const shown = await millrace.call(['show', '1', '--output', 'name'])
      assert.equal([shown.code, shown.out], [0, `${ids[3]}\n`])
      assert.match(masked(shown.err), /^1 is SHORT-ID "word count", completed\n$/)
      assert.is((await millrace.call(['show', '%3', '-o', 'name'])).out, `${ids[1]}\n`)
      const byName = await millrace.call(['show', '流れ'])
      // How far a source is is known of jobs that took long enough to tell.
      assert.equal(masked(byName.out.replace(/Sources\n.*\n.*\n\n/, '')).split('\n'), [
        'id         UUID',
        'name       流れ',
        'status     completed',
        'submitted  TIME, SPAN ago',
        'started    TIME, SPAN ago',
        'ended      TIME, SPAN ago',
        'lasted     SPAN',
        '',
        'Operators',
        'OPERATOR  IN  OUT  DROPPED  DEAD  FAILED  ERRORS',
        'source-1        4        0     0       0       0',
        'stop       4    4        0     0       0       0',
        'say        4             0     0       0       0',
        '',
      ])
      const ambiguous = await millrace.call(['show', 'prices'])
      assert.equal([ambiguous.code, ambiguous.out], [2, ''])
      assert.match(ambiguous.err, `${ids[0]}  prices, completed, of `)
      assert.match(ambiguous.err, `${ids[1]}  prices, failed, of `)
      const nobody = await millrace.call(['show', 'nobody'])
      assert.equal([nobody.code, nobody.out], [3, ''])
      assert.match(nobody.err, '`millrace list --all` shows the jobs there are')
      assert.is((await millrace.call(['show', '%9'])).code, 3)

      const failed = await millrace.call(['show', ids[1]!])
      assert.equal([failed.code, failed.err], [0, ''])
      const why = masked(failed.out).split('\n').slice(8, 14)
      assert.equal(why.slice(1), [
        '  operator     stop',
        '  source       stations.ts:LINE',
        '  record       2',
        '  cause        Error: no 2s',
        '  what to do   ' + why[5]!.slice(15),
      ])
      const verbose = (await millrace.call(['show', ids[1]!, '-v'])).out
      assert.match(
        verbose,
        /stack +Error: no 2s\n +at .*stations[^]*History\nAT +STATUS +BECAUSE\n.* queued +It was submitted/,
      )
      const whole = JSON.parse(
        (await millrace.call(['show', ids[1]!, '-v', '-o', 'json'])).out,
      ) as JobInfo & {
        readonly transitions: readonly { readonly to: string }[]
      }
      assert.equal(
        whole.transitions.map(({ to }) => to),
        ['queued', 'running', 'failed'],
      )
      assert.equal(whole.error, (await client.jobs.get(ids[1]!)).error)

      const narrow = new PseudoTerminal(context, millrace.command(['list']), { columns: 30, rows: 40 })
      await narrow.ended
      assert.match(narrow.screen.text, /^# +1\nID +\w{8}\nNAME +later\nSTATUS +completed\n/)
      assert.match(narrow.raw, 'NAME       later')
      assert.match(narrow.raw, '\u001b[34mcompleted')
      const colorless = new PseudoTerminal(context, millrace.command(['list', '--no-color']))
      await colorless.ended
      assert.not.match(colorless.raw, '\u001b[3')

      await millrace.jobmanager('stop')
      const down = await millrace.call(['list', '--output', 'json'])
      assert.equal([down.code, down.out], [4, ''])
      assert.match(down.err, /^millrace: there is no job server at .*\n +remedy: .*\n$/)
    })
  },
  { timeout: 120_000 },
)
