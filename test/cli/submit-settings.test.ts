import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import process from 'node:process'
import * as assert from 'uvu/assert'
import { givenVariables } from '../../src/cli/programs/submit-settings.ts'
import { suite } from '../support/suite.ts'

suite('variables of millrace submit', (test) => {
  test('come from files, from the command line, and from here', ({ cleanup }) => {
    const folder = mkdtempSync(join(tmpdir(), 'millrace-env-'))
    process.env['MILLRACE_TEST_HERE'] = 'here'
    cleanup(() => {
      rmSync(folder, { recursive: true, force: true })
      Reflect.deleteProperty(process.env, 'MILLRACE_TEST_HERE')
    })
    const file = join(folder, '.env')
    writeFileSync(file, '# a remark\nA=1\nB="two words"\nKEY=secret\n')
    const given = {
      ordinal: 0,
      envFile: [file],
      env: ['A=x=y', 'EMPTY=', 'MILLRACE_TEST_HERE'],
      secret: ['KEY'],
    }
    assert.equal(givenVariables(given), {
      env: { A: 'x=y', B: 'two words', EMPTY: '', MILLRACE_TEST_HERE: 'here' },
      secrets: { KEY: 'secret' },
    })
  })

  test('are refused where they are none, are not set, or are told on the command line', () => {
    // Node 20 looks for --env-file itself wherever it stands, so that no process tells of a file that is not there.
    const cases = [
      [{ envFile: ['/gone'] }, /'\/gone' of --env-file cannot be read/],
      [{ env: ['1A=2'] }, /'1A=2' is no environment variable/],
      [{ env: ['MILLRACE_TEST_GONE'] }, /MILLRACE_TEST_GONE of --env is not set/],
      [{ secret: ['KEY=value'] }, /^((?!value)[^])*'KEY' is no environment variable((?!value)[^])*$/],
    ] as const
    for (const [given, expected] of cases) {
      assert.throws(() => givenVariables({ ordinal: 0, ...given }), expected)
    }
  })
})
