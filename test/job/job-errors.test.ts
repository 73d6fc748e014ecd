import { inspect } from 'node:util'
import * as assert from 'uvu/assert'
import { JobCancelledError, JobFailedError, LocalEnvironment } from '../../src/index.ts'
import { suite } from '../support/suite.ts'

suite('the errors of jobs', (test) => {
  test('a failed one has the books, and can be printed without them', async () => {
    const env = new LocalEnvironment('failing')
    env
      .fromBatch([1, 2, 3])
      .map(() => {
        throw new RangeError('never')
      })
      .sink(() => {})
    const error = await env.submit({ autostop: true }).catch((thrown: unknown) => thrown as JobFailedError)
    assert.instance(error, JobFailedError)
    const { result, deadLetters } = error as JobFailedError
    assert.is(result.status, 'failed')
    assert.equal(deadLetters, [])
    assert.not.match(inspect(error), /durationMs/)
    assert.match(inspect(error), /RangeError: never/)
  })

  test('a cancelled one too', async () => {
    const env = new LocalEnvironment('cancelled')
    env.fromInterval(1).sink(() => {})
    const job = await env.submit()
    await job.cancel()
    const error = await job.result.catch((thrown: unknown) => thrown as JobCancelledError)
    assert.instance(error, JobCancelledError)
    assert.is((error as JobCancelledError).result.status, 'cancelled')
    assert.not.match(inspect(error), /durationMs/)
  })
})
