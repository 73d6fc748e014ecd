import * as assert from 'uvu/assert'
import { suite } from '../../support/suite.ts'
import { stationsServer } from '../following/stations-server.ts'
import { keys, PseudoTerminal } from '../pseudo-terminal.ts'

suite(
  'millrace watch',
  (test) => {
    test('draws a job in place until it is over, and elsewhere writes a line for each change', async (context) => {
      const { millrace, submit, gates, client } = await stationsServer(context)
      gates.shut('at 2')
      gates.shut('at 3')
      await submit('word count', { at: [2, 3] })
      const command = millrace.command(['watch', 'word count'])
      const whole = new PseudoTerminal(context, command, { columns: 50, rows: 12 })
      const left = new PseudoTerminal(context, command, { columns: 120, rows: 12 })
      const { lines } = await whole.until(/3 of 4 records[^]*> odd 1/)
      const from = lines.findIndex((line) => line.startsWith('word count  running'))
      assert.match(lines[from + 1]!, /^█+░+ {3}75 % {2}3 of 4 records/)
      assert.match(lines[from + 2]!, /^OPERATOR +IN +IN\/S +OUT +OUT\/S/)

      await left.until(/OPERATOR +IN +IN\/S +OUT +OUT\/S[^\n]*\n[^]*> odd 1/)
      left.type(keys.ctrlC)
      assert.is((await left.ended).code, 130)
      assert.match(
        left.screen.text,
        /> odd 1\n.*\nNot watching "word count" any more: the job goes on\. To end it: /,
      )

      whole.resize(30, 12)
      gates.open('at 2')
      await whole.until('> even 2')
      gates.open('at 3')
      assert.is((await whole.ended).code, 0)
      const { text, cursor } = whole.screen
      assert.match(text, /word count {2}completed[^]*\n█+ {2}100 %[^]*\n> odd 3\n"word count" has completed/)
      assert.is(cursor[1], 0)

      // And without a terminal, to another end.
      gates.shut('at 2')
      const id = await submit('other', { at: [2] })
      const watching = millrace.call(['watch', id])
      await gates.arrived('at 2', 2)
      await client.jobs.cancel(id)
      const { code, out, err } = await watching
      assert.equal([code, err], [6, ''])
      const changes = out.replaceAll(/^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d {2}/gm, '').split('\n')
      assert.match(changes[0]!, /^(queued|running)/)
      assert.match(changes.at(-3)!, /^cancelled, 75 %, 3 read/)
      assert.match(changes.at(-2)!, /^"other" was cancelled after .*: 3 read, 2 written$/)
    })
  },
  { timeout: 120_000 },
)
