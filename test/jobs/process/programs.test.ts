import * as assert from 'uvu/assert'
import type { WireError } from '../../../src/protocol/wire-error.ts'
import { suite } from '../../support/suite.ts'
import { fileOf, ForkedJob, lineOf, type OrderChanges } from './forked-job.ts'

suite(
  'a program that goes wrong on a server',
  (test) => {
    const failed = async (job: ForkedJob): Promise<WireError> => {
      const { outcome } = await job.ended()
      assert.is(outcome?.status, 'failed')
      assert.equal(job.reports.at(-1), { type: 'outcome', outcome })
      return outcome!.error!
    }
    const isAt = (error: WireError, program: string, text: string): void =>
      assert.equal([error.site?.file, error.site?.line], [fileOf(program), lineOf(program, text)])

    test('throws before its submit', async (context) => {
      const error = await failed(new ForkedJob(context).run('throws'))
      assert.is(error.name, 'ProgramError')
      assert.match(error.message, /failed before it came to the submit.*: the table is not there/)
      isAt(error, 'throws', 'throw new TypeError')
      assert.is(error.cause?.name, 'TypeError')
    })

    test('ends without its submit', async (context) => {
      const error = await failed(new ForkedJob(context).run('ends'))
      assert.match(
        error.message,
        'The program ended before it came to the submit that is the job, number 1. It made none.',
      )
    })

    test('waits for ever, with nothing or something left to do', async (context) => {
      const error = await failed(new ForkedJob(context).run('waits'))
      assert.match(error.message, 'waits for what never comes')
      isAt(error, 'waits', 'return new Promise(')
      const order: OrderChanges = { loadTimeout: 500, program: { argv: ['busy'] } }
      const late = await failed(new ForkedJob(context).run('waits', order))
      assert.match(late.message, 'took longer than 500 ms')
      isAt(late, 'waits', 'return new Promise(')
    })

    test('exits before its submit', async (context) => {
      const job = new ForkedJob(context).run('exits', { program: { argv: ['sometimes'] } })
      const { code, outcome } = await job.ended()
      assert.equal([code, outcome?.status], [3, 'failed'])
      assert.match(String(outcome?.error?.message), 'exited with code 3 before it came to the submit')
      isAt(outcome!.error!, 'exits', 'process.exit(3)')
    })

    test('exits while the job runs: no outcome, as it may be run again', async (context) => {
      const job = await new ForkedJob(context).submit('exits-later')
      const { code, outcome, stderr } = await job.ended()
      assert.equal([code, outcome], [4, undefined])
      isAt(job.lastWords()!, 'exits-later', 'process.exit(4)')
      assert.match(stderr, 'exited with code 4 while its job ran')
    })

    for (const [how, text] of [
      ['throw', "throw new RangeError('too late')"],
      ['reject', "new RangeError('too late as well')"],
    ] as const) {
      test(`fails the job with what nobody caught: ${how}`, async (context) => {
        const job = await new ForkedJob(context).submit('uncaught', { program: { argv: [how] } })
        const error = await failed(job)
        assert.is(error.name, 'JobFailedError')
        assert.match(error.message, 'threw what nobody caught: too late')
        isAt(error, 'uncaught', text)
        assert.is(error.cause?.name, 'RangeError')
      })
    }

    test('fails the job with what nobody caught, whatever that is', async (context) => {
      const job = await new ForkedJob(context).submit('uncaught', { program: { argv: ['value'] } })
      assert.is((await failed(job)).cause?.message, 'a text')
    })
  },
  { timeout: 30_000 },
)
