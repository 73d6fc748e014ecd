import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import * as assert from 'uvu/assert'
import { JobFailedError, type JobResult } from '../../../src/index.ts'
import { suite, type TestContext } from '../../support/suite.ts'
import { countsOf, type Mishap, wordCounts, type WordCountSettings } from './pipelines/word-counts.ts'

const entry = new URL('programs/word-counts.ts', import.meta.url)

const folderOf = ({ cleanup }: TestContext): string => {
  const folder = mkdtempSync(join(tmpdir(), 'millrace-threads-'))
  cleanup(() => rmSync(folder, { recursive: true, force: true, maxRetries: 5 }))
  return folder
}

interface Run {
  readonly result: JobResult
  readonly counts: readonly (readonly [unknown, number])[]
}

const run = async (settings: WordCountSettings): Promise<Run> => {
  const { env, counts } = wordCounts(settings, { entry, argv: [JSON.stringify(settings)] })
  const result = await env.submit({ autostop: true })
  return { result, counts: counts.values.toSorted(([a], [b]) => Number(a) - Number(b)) }
}

const failure = async (settings: WordCountSettings): Promise<JobFailedError> => {
  try {
    await run(settings)
  } catch (error) {
    assert.instance(error, JobFailedError)
    return error as JobFailedError
  }
  throw new Error('the job did not fail')
}

const settings = { records: 4000, keys: 7, parallelism: 2, placement: 'thread' } as const
const mishap = (how: Mishap['how'], folder: string): Mishap => ({ at: 2500, how, once: join(folder, 'once') })

suite(
  'a thread that is lost',
  (test) => {
    for (const how of ['exit', 'uncaught', 'throw'] as const) {
      test(`by ${how} is made anew, and what it counted is exact`, async (context) => {
        const folder = folderOf(context)
        const given = {
          ...settings,
          mishap: mishap(how, folder),
          checkpoints: join(folder, 'checkpoints'),
          restarts: 3,
        }
        const { result, counts } = await run(given)
        assert.is(result.status, 'completed')
        assert.is(result.restarts, 1)
        assert.equal(counts, countsOf(given))
        for (const { in: entered, handled, dropped, deadLettered } of result.nodes) {
          assert.is(entered, handled + dropped + deadLettered)
        }
        assert.equal(result.nodes.map((node) => [node.name, node.in, node.out]).slice(1, 2), [
          ['look', 4000, 4000],
        ])
      })
    }

    test('fails a job that is not restarted, with its number and what to do', async (context) => {
      const folder = folderOf(context)
      const error = await failure({ ...settings, mishap: mishap('exit', folder) })
      assert.match(error.message, /Thread \d exited with code 3/)
      assert.match(error.message, /process\.exit/)
      const uncaught = await failure({ ...settings, mishap: mishap('uncaught', folderOf(context)) })
      assert.match(uncaught.message, /threw what nobody caught: nobody caught this/)
      assert.instance(uncaught.cause, RangeError)
    })

    test('is told apart from an operator that fails in it', async (context) => {
      const error = await failure({ ...settings, mishap: mishap('throw', folderOf(context)) })
      assert.is(error.operator, 'look')
      assert.is(error.record, '2500')
      assert.match(error.site!.file, /word-counts\.ts$/)
      assert.instance(error.cause, TypeError)
    })

    test('that runs out of memory is told of as that', async (context) => {
      const error = await failure({
        ...settings,
        mishap: mishap('fill', folderOf(context)),
        threads: { memoryMb: 48 },
      })
      assert.match(error.message, /Thread \d ran out of memory: it had 48 MB/)
    })
  },
  { timeout: 60_000 },
)

suite(
  'a thread that does not answer',
  (test) => {
    test('is ended, named with what it is at, and the job restarted', async (context) => {
      const folder = folderOf(context)
      const given = {
        ...settings,
        mishap: mishap('loop', folder),
        checkpoints: join(folder, 'checkpoints'),
        restarts: 1,
        threads: { heartbeatTimeout: 2000 },
      }
      const { result, counts } = await run(given)
      assert.equal(counts, countsOf(given))
      assert.is(result.restarts, 1)
      assert.match(result.restartCauses[0]!.message, /has not answered for 2000 ms; at work there: 'look'/)
    })

    test('fails a job that is not restarted', async (context) => {
      const error = await failure({
        ...settings,
        mishap: mishap('loop', folderOf(context)),
        threads: { heartbeatTimeout: 2000 },
      })
      assert.match(error.message, /Thread \d has not answered for 2000 ms/)
      assert.match(error.message, /heartbeatTimeout/)
    })
  },
  { timeout: 60_000 },
)

suite(
  'savepoints of a job with threads',
  (test) => {
    const stopped = async ({ cleanup }: TestContext, given: WordCountSettings): Promise<string> => {
      const { env } = wordCounts(given, { entry, argv: [JSON.stringify(given)] })
      cleanup(() => env.stop({ drain: false }))
      const job = await env.submit()
      await new Promise<void>((resolve) => {
        const seen = job.progress$.subscribe(({ nodes }) => {
          if (nodes.find(({ name }) => name === 'count')!.in < 1500) return
          queueMicrotask(() => seen.unsubscribe())
          resolve()
        })
      })
      const { location } = await job.stop({ savepoint: true })
      assert.is(job.status, 'stopped')
      return location
    }

    const goOn = async (given: WordCountSettings, savepoint: string): Promise<Run> => {
      const { env, counts } = wordCounts(given, { entry, argv: [JSON.stringify(given)] })
      const result = await env.submit({ autostop: true, resume: { savepoint } })
      return { result, counts: counts.values.toSorted(([a], [b]) => Number(a) - Number(b)) }
    }

    const others: readonly (readonly [number, 'process' | 'thread'])[] = [
      [2, 'thread'],
      [3, 'thread'],
      [1, 'thread'],
      [2, 'process'],
    ]
    for (const [parallelism, placement] of others) {
      test(`are gone on from by ${parallelism} subtasks in ${placement}`, async (context) => {
        const given = { ...settings, records: 6000, checkpoints: join(folderOf(context), 'checkpoints') }
        const savepoint = await stopped(context, { ...given, holdAt: 1500 })
        const { counts } = await goOn({ ...given, parallelism, placement }, savepoint)
        assert.equal(counts, countsOf(given))
      })
    }

    test('taken in the process are gone on from in threads', async (context) => {
      const given = {
        ...settings,
        records: 6000,
        placement: 'process',
        checkpoints: join(folderOf(context), 'checkpoints'),
      } as const
      const savepoint = await stopped(context, { ...given, holdAt: 1500 })
      const { counts } = await goOn({ ...given, placement: 'thread', parallelism: 3 }, savepoint)
      assert.equal(counts, countsOf(given))
    })
  },
  { timeout: 60_000 },
)
