import type { AssertionError } from 'node:assert'
import { JobCancelledError, JobFailedError } from '../job/job-errors.ts'
import type { JobResult } from '../job/job-result.ts'
import { failedTest } from './expectation.ts'
import { describeWaiting } from './describe-waiting.ts'
import { MarbleTest } from './marble-test.ts'
import { TestEnvironment, type TestEnvironmentOptions } from './test-environment.ts'
import { VirtualTimeError } from './virtual-time-error.ts'

export interface MarbleOptions extends Omit<TestEnvironmentOptions, 'clock'> {
  /** The job's; default 'marbles'. */
  readonly name?: string
  /** Frames in which something happens, before the job counts as endless; default 10 000. */
  readonly maxSteps?: number
}

/** What became of the job of a marble test that passed. */
export interface MarbleRun {
  readonly result: JobResult
  /** The error of a job that failed, as the test expected, or was cancelled. */
  readonly error: JobFailedError | JobCancelledError | null
  /** The frame the job was over in. */
  readonly frame: number
}

/**
 * Tests a pipeline in virtual time. `define` draws sources, builds the pipeline, and says what is expected; then the
 * job is submitted in frame 0 and run to its end, every expectation is looked at, and nothing may be left behind: no
 * timer, no action of RxJS's scheduler. The job may only fail where a diagram has `#`.
 * @throws AssertionError, of node:assert, with the diagrams that differ as text; for a job that never ends it names
 * what holds it up. What `define` itself throws comes through.
 */
export async function marbles(
  define: (test: MarbleTest) => unknown,
  { name = 'marbles', maxSteps = 10_000, ...options }: MarbleOptions = {},
): Promise<MarbleRun> {
  const test = new MarbleTest(new TestEnvironment(name, options))
  try {
    await define(test)
    test.expectations.checkComplete()
    const run = await runJob(test, maxSteps)
    check(test, run)
    return run
  } finally {
    test.script.unsubscribe()
  }
}

async function runJob(test: MarbleTest, maxSteps: number): Promise<MarbleRun> {
  const { env, clock } = test
  const job = env.submit({ autostop: true })
  try {
    const result = await clock.run(job, { maxSteps })
    return { result, error: null, frame: clock.frame }
  } catch (error) {
    if (error instanceof VirtualTimeError) throw await standstill(test, error, job)
    if (!(error instanceof JobFailedError) && !(error instanceof JobCancelledError)) throw error
    return { result: error.result, error, frame: clock.frame }
  } finally {
    await clock.settle()
  }
}

/** @throws AssertionError where the job was not what the test said. */
function check(test: MarbleTest, { result, error, frame }: MarbleRun): void {
  const { expectations, clock } = test
  if (test.broken !== null) throw test.broken.error
  const failure = result.status === 'failed' ? { error: error?.cause } : null
  const verdict = expectations.verdict({ failure })
  if (failure !== null && !expectations.failure) {
    const message = `the job failed in frame ${frame}, and no diagram has a #: ${error?.message}`
    throw failedTest(paragraphs(message, verdict?.message), { cause: error })
  }
  if (verdict !== undefined) throw verdict
  for (const due of test.waiting) {
    throw failedTest(`at(${due}) never came: the job was over in frame ${frame}`)
  }
  // What is left of hot diagrams is the test's own.
  test.script.unsubscribe()
  const timers = clock.pending.map(({ setAt, due }) => `a timer of frame ${setAt}, due in frame ${due}`)
  const others = clock.scheduler.actions.length - timers.length
  const left = others > 0 ? [...timers, `${others} actions of the scheduler`] : timers
  if (left.length > 0) {
    const message = `the job was over in frame ${frame} and left behind: ${left.join('; ')}`
    throw failedTest(
      `${message}\nGive delay(ms, ctx.signal) the signal of the call, and unsubscribe in close().`,
    )
  }
}

/** Takes down a job that never ends, to learn from its books who held it up. */
async function standstill(
  test: MarbleTest,
  { frame, reason, message }: VirtualTimeError,
  job: Promise<JobResult>,
): Promise<AssertionError> {
  const { env, clock, inputs, probes } = test
  const listening = inputs
    .filter(({ subscriptions }) =>
      subscriptions.some(({ unsubscribedFrame }) => unsubscribedFrame === Infinity),
    )
    .map(({ marbles }) => marbles)
  const incomplete = probes.filter(({ ended }) => !ended).map(({ name }) => name)
  const verdict = test.expectations.verdict({ failure: null })
  await clock.run(env.cancel())
  const nodes = await job.then(
    (result) => result.nodes,
    (error: unknown) => (error instanceof JobCancelledError ? error.result.nodes : []),
  )
  const what = reason === 'idle' ? 'can never end' : 'does not end'
  const waiting = describeWaiting({ nodes, listening, incomplete })
  return failedTest(paragraphs(`the job ${what} (frame ${frame}):\n${waiting}`, message, verdict?.message))
}

function paragraphs(...texts: readonly (string | undefined)[]): string {
  return texts.flatMap((text) => (text === undefined ? [] : [text.trimEnd()])).join('\n\n')
}
