import { filter, firstValueFrom } from 'rxjs'
import * as assert from 'uvu/assert'
import { suite } from '../support/suite.ts'
import { start } from './following/started.ts'
import { stationsServer } from './following/stations-server.ts'
import { masked } from './masked.ts'

suite(
  'millrace stop, continue, savepoints and restart',
  (test) => {
    test('each of several, whatever becomes of the others', async (context) => {
      const { millrace, submit, client, gates } = await stationsServer(context)
      gates.shut('at 2')
      const held = await submit('held', { at: [2] })
      const done = await submit('done')
      await gates.arrived('at 2')
      await client.waitForEnd(done)
      await millrace.call(['list'])

      // Numbers: 1 is the one that is done, 2 the one that is held.
      const refused = await millrace.call(['delete', 'nobody', 'held', '--yes'])
      assert.is(refused.code, 1)
      assert.match(
        masked(refused.err),
        /no job with [^]*held is SHORT-ID "held", running\nmillrace: SHORT-ID "held" is running\.\n.*--force/,
      )
      assert.is((await millrace.call(['restart', 'held'])).code, 1)
      assert.is((await millrace.call(['continue', 'held'])).code, 1)

      const stopping = start(context, millrace, ['stop', '1', '2', '1', 'nobody'])
      await firstValueFrom(client.job$(held).pipe(filter(({ status }) => status === 'stopping')))
      gates.open('at 2')
      assert.is(await stopping.ended, 3)
      const said = masked(stopping.said.err)
      assert.match(said, '1 is SHORT-ID "done", completed\n2 is SHORT-ID "held", ')
      assert.match(said, 'SHORT-ID "done" is over already: it is completed\n')
      assert.match(said, /Stopped SHORT-ID "held" behind savepoint \d+\n$/)
      assert.is(stopping.said.out, '')

      const points = await millrace.call(['savepoints', 'held'])
      assert.match(
        masked(points.out),
        /^ID +KIND +TAKEN +SIZE +TOOK +LOCATION\n *\d+ +savepoint +SPAN ago +\d+ B +(?:\d+ ms|SPAN) +\//,
      )
      const taken = await millrace.call(['savepoints', held, '--take'])
      assert.is(taken.code, 1)
      assert.match(taken.err, /is stopped, and only one that runs can save its state/)
      const location = await millrace.call(['savepoints', held, '-o', 'name'])
      const kept = await client.jobs.checkpoints(held)
      assert.is(location.out, kept.map((checkpoint) => `${checkpoint.location}\n`).join(''))

      gates.shut('at 2')
      const continued = await millrace.call(['continue', 'done', '%2'])
      assert.is(continued.code, 1)
      assert.match(
        masked(continued.err),
        /Continued SHORT-ID "held" from savepoint \d+: it is (queued|running)\n/,
      )
      assert.match(continued.err, '`millrace restart')
      gates.open('at 2')
      assert.is((await client.waitForEnd(held)).status, 'completed')

      const again = await millrace.call(['restart', 'done'])
      assert.is(again.code, 0)
      const copy = again.out.trimEnd()
      assert.match(
        masked(again.err),
        /Restarted SHORT-ID "done" as SHORT-ID "done": it is (queued|running)\n$/,
      )
      assert.is((await client.waitForEnd(copy)).restartedFrom, done)
      assert.match((await millrace.call(['show', copy])).out, `restarted from  ${done}\n`)
      const unset = await millrace.call(['restart', done, '--secret', 'NO_SUCH_SECRET'])
      assert.is(unset.code, 2)
      assert.match(unset.err, 'There is no variable NO_SUCH_SECRET')
    })
  },
  { timeout: 120_000 },
)
