import * as assert from 'uvu/assert'
import {
  type JobCancelledError,
  JobFailedError,
  type JobHandle,
  type MillraceError,
  RecordNotPortableError,
  TerminalError,
} from '../../../src/index.ts'
import { suite } from '../../support/suite.ts'
import { checkBooks } from '../support/books.ts'
import { range, runToFailure } from '../support/run.ts'
import type { PipelineSettings } from './pipelines/pipeline.ts'
import { built, outcomeOf, sameSeen } from './support/built.ts'

/** Until so many records are collected. */
const collected = (job: JobHandle, count: number): Promise<void> =>
  new Promise((resolve) => {
    const told = job.progress$.subscribe(({ written }) => {
      if (written < count) return
      queueMicrotask(() => told.unsubscribe())
      resolve()
    })
  })

const failure = async (settings: PipelineSettings): Promise<JobFailedError> => {
  const error = await runToFailure(built('endless', {}, settings).env)
  assert.instance(error, JobFailedError)
  return error as never
}

suite(
  'guarantees in threads: endings',
  (test) => {
    test('a source that runs dry ends what is behind it, and all is flushed', async () => {
      const pipeline = built('endless', {}, { count: 100 })
      const { seen } = await outcomeOf(pipeline)
      assert.equal(pipeline.seen['passed']!.values, range(100))
      sameSeen({ counted: seen['counted']! }, { counted: range(5).map((key) => `[${key},20]`) })
    })

    test('one who takes enough cancels what is before it in other threads', async () => {
      const pipeline = built('endless', {}, { take: 20 })
      const { result } = await outcomeOf(pipeline)
      assert.equal(pipeline.seen['passed']!.values, range(20))
      assert.is(result.nodes.find(({ name }) => name === 'take')!.out, 20)
    })

    test('stop() ends sources in threads, and drains: all that was given is counted', async () => {
      const { env, seen } = built('endless', {})
      const job = await env.submit()
      await collected(job, 50)
      await job.stop()
      const result = await job.result
      assert.is(result.status, 'stopped')
      checkBooks(env.graph, result)
      const [source] = result.nodes
      assert.equal(seen['passed']!.values, range(source!.out))
      const counts = seen['counted']!.values as readonly (readonly [number, number])[]
      assert.is(
        counts.reduce((sum, [, count]) => sum + count, 0),
        source!.out,
      )
    })

    test('stop({ drain: false }) and cancel() leave no thread, and books that balance', async () => {
      const { env } = built('endless', {})
      const job = await env.submit()
      await collected(job, 30)
      await job.stop({ drain: false })
      const { status, nodes } = await job.result
      assert.is(status, 'stopped')
      checkBooks(env.graph, await job.result)
      assert.ok(nodes[0]!.out >= 30)
      const again = await env.submit()
      await collected(again, 10)
      await again.cancel()
      const error = await again.result.catch((reason: unknown) => reason as JobCancelledError)
      assert.is(again.status, 'cancelled')
      checkBooks(env.graph, (error as JobCancelledError).result)
    })

    test('cancel() while threads begin', async () => {
      const { env } = built('endless', {})
      const submitted = env.submit({ autostop: true }).catch((reason: unknown) => reason as MillraceError)
      await env.cancel()
      assert.is(((await submitted) as MillraceError).code, 'ERR_JOB_CANCELLED')
    })

    for (const fails of ['map', 'open', 'end'] as const) {
      test(`an operator that fails in ${fails} is named, with what it was at`, async () => {
        const error = await failure({ fails, count: 100 })
        assert.is(error.operator, 'work')
        assert.match(error.site!.file, /endless\.ts$/)
        assert.match(error.message, `no price ${fails}`)
        if (fails === 'map') assert.is(error.record, '40')
        const cause = error.cause as Error & { readonly status: number }
        assert.is(cause.name, 'PriceError')
        assert.instance(cause, RangeError)
        assert.is(cause.status, 402)
        assert.instance(cause.cause, TypeError)
        assert.match(cause.stack!, 'endless.ts')
      })
    }

    test('a terminal error ends the job whatever policies say', async () => {
      const error = await failure({ fails: 'terminal', count: 100 })
      assert.instance(error.cause, TerminalError)
      assert.is(error.operator, 'work')
      assert.match(error.message, 'that is enough')
    })

    test('a record that cannot be sent is named, with the operator that gave it', async () => {
      const error = await failure({ fails: 'function', count: 100 })
      assert.is(error.operator, 'work')
      assert.match(error.record!, 'n: 40')
      assert.instance(error.cause, RecordNotPortableError)
      assert.is((error.cause as MillraceError).code, 'ERR_RECORD_NOT_PORTABLE')
      assert.match(error.message, /A record of 'work' cannot be sent to another thread/)
    })

    test('dead letters that nobody reads come with the failure', async () => {
      const error = await failure({ letters: true, count: 100, fails: 'end' })
      assert.equal(
        error.deadLetters.map(({ record }) => record),
        range(10).map((n) => 10 * n + 3),
      )
      const [{ error: first, operator, attempts }] = error.deadLetters as [
        JobFailedError['deadLetters'][number],
      ]
      assert.equal([operator, attempts], ['work', 1])
      assert.instance(first, RangeError)
      assert.is((first as Error).message, 'no price for 3')
    })
  },
  { timeout: 60_000 },
)
