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
    assert.match((error as JobCancelledError).message, "Job 'cancelled' was cancelled.")
    assert.not('cause' in (error as JobCancelledError))
  })

  test('one that a signal cancelled says why', async () => {
    const env = new LocalEnvironment('signalled')
    env.fromInterval(1).sink(() => {})
    const reason = new Error('the shop has closed')
    const controller = new AbortController()
    const job = await env.submit({ signal: controller.signal })
    controller.abort(reason)
    void job.cancel()
    const error = (await job.result.catch((thrown: unknown) => thrown)) as JobCancelledError
    assert.instance(error, JobCancelledError)
    assert.is(error.cause, reason)
    assert.match(error.message, "Job 'signalled' was cancelled: the shop has closed")
  })
})

suite('the remedy of a failed job', (test) => {
  const remedyOf = async (build: (env: LocalEnvironment) => void): Promise<string | undefined> => {
    const env = new LocalEnvironment('remedies')
    build(env)
    const error = await env.submit({ autostop: true }).catch((thrown: unknown) => thrown as JobFailedError)
    return (error as JobFailedError).remedy
  }

  test('is that of the error, where it is one of ours', async () => {
    const remedy = await remedyOf((env) =>
      env
        .fromBatch([1])
        .map((_, ctx) => ctx.callService('nowhere', 'look', []))
        .sink(() => {}),
    )
    assert.match(remedy!, /registerService\('nowhere'/)
  })

  test('does not tell of an error policy where there can be none', async () => {
    const remedy = await remedyOf((env) =>
      env
        .fromSource(() => {
          throw new Error('dry')
        })
        .sink(() => {}),
    )
    assert.match(remedy!, /^Mend the source/)
    assert.not.match(remedy!, /onError/)
  })
})
