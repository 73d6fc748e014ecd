import * as assert from 'uvu/assert'
import { suite } from '../support/suite.ts'
import { stationsServer } from './following/stations-server.ts'
import { masked } from './masked.ts'
import { keys, PseudoTerminal } from './pseudo-terminal.ts'

suite(
  'millrace cancel, delete and cleanup',
  (test) => {
    test('asks before it cancels or deletes, and takes no for an answer', async (context) => {
      const { millrace, submit, client, gates } = await stationsServer(context)
      gates.shut('at 2')
      const ids = [await submit('first', { at: [2] }), await submit('second', { at: [2] })] as const
      await gates.arrived('at 2', 2)
      const silent = await millrace.call(['cancel', 'first'])
      assert.equal([silent.code, silent.out], [2, ''])
      assert.match(
        masked(silent.err),
        'Cancel SHORT-ID "first"? What is in flight is lost. There is no terminal to ask at.',
      )

      const no = new PseudoTerminal(context, millrace.command(['cancel', 'first', 'second']))
      await no.until('Cancel 2 jobs ("first", "second")?')
      no.type(keys.enter)
      assert.is((await no.ended).code, 2)
      assert.match(no.screen.text, 'Nothing was done.')
      const interrupted = new PseudoTerminal(context, millrace.command(['delete', '--force', 'first']))
      // By force it does not ask.
      assert.is((await interrupted.ended).code, 0)
      assert.match(interrupted.screen.text, /Deleted \w{8} "first", which was running/)

      const yes = new PseudoTerminal(context, millrace.command(['cancel', 'second']))
      await yes.until(/"second"\? What is in flight is lost\. \[y\/N\]/)
      yes.type('y', keys.enter)
      assert.is((await yes.ended).code, 0)
      assert.match(yes.screen.text, /Cancelled \w{8} "second"/)
      assert.is((await client.jobs.get(ids[1])).status, 'cancelled')
      assert.match((await millrace.call(['cancel', 'second'])).err, 'is over already: it is cancelled\n')

      const asked = new PseudoTerminal(context, millrace.command(['delete', 'second']))
      await asked.until(/Delete \w{8} "second", with its log and its checkpoints\? \[y\/N\]/)
      asked.type(keys.ctrlC)
      assert.is((await asked.ended).code, 130)
      assert.is((await client.jobs.get(ids[1])).status, 'cancelled')

      gates.open('at 2')
      for (const name of ['third', 'fourth', 'fifth']) await client.waitForEnd(await submit(name))
      const dry = await millrace.call(['cleanup', '--dry-run', '-o', 'name', '--keep', '1'])
      assert.is(dry.code, 0)
      assert.is(dry.out.trimEnd().split('\n').length, 3)
      assert.is(dry.err, '3 jobs would be deleted\n')
      assert.match((await millrace.call(['cleanup', '--older-than', '1h'])).err, 'There is nothing to delete')
      assert.is((await millrace.call(['cleanup'])).code, 2)
      assert.is((await millrace.call(['cleanup', '--status', 'running'])).code, 2)
      const cleaning = new PseudoTerminal(context, millrace.command(['cleanup', '--status', 'completed']), {
        columns: 120,
      })
      await cleaning.until(
        'Delete 3 jobs ("fifth", "fourth", "third"), with their logs and checkpoints? [y/N]',
      )
      cleaning.type('yes', keys.enter)
      assert.is((await cleaning.ended).code, 0)
      assert.match(cleaning.screen.text, 'Deleted 3 jobs')
      assert.is((await millrace.call(['cleanup', '--yes'])).err, 'Deleted 1 job\n')
      assert.is((await client.jobs.list()).total, 0)
    })
  },
  { timeout: 120_000 },
)
