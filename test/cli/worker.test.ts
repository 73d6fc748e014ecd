import * as assert from 'uvu/assert'
import { suite } from '../support/suite.ts'
import { Millrace } from './millrace.ts'

suite(
  'millrace worker',
  (test) => {
    test('says what is wrong with its arguments, and ends with 2', async (context) => {
      const millrace = new Millrace(context)
      const cases: readonly (readonly [readonly string[], RegExp])[] = [
        [[], /--engine <address>' not specified/],
        [['--engine', 'nats://127.0.0.1:1', '--slots', '0'], /whole number from 1 to 1000/],
        [['--engine', 'nats://127.0.0.1:1', '--labels', 'zone'], /pairs, as in zone=a,gpu=no/],
        [['--engine', 'ftp://127.0.0.1:1'], /nats:\/\/host:4222/],
      ]
      for (const [args, expected] of cases) {
        const { code, out, err } = await millrace.call(['worker', ...args])
        assert.equal([code, out], [2, ''], err)
        assert.match(err, expected)
      }
    })

    test('says that the engine is not there, and ends with 4', async (context) => {
      const millrace = new Millrace(context)
      const { code, out, err } = await millrace.call(['worker', '--engine', 'nats://127.0.0.1:1'])
      assert.equal([code, out], [4, ''], err)
      assert.match(err, /nats:\/\/127\.0\.0\.1:1/)
    })
  },
  { timeout: 60_000 },
)
