import type { AssertionError } from 'node:assert'
import { JobCancelledError, JobFailedError } from '../job/job-errors.ts'
import type { JobResult } from '../job/job-result.ts'
import { failedTest } from './expectation.ts'
import { describeWaiting } from './describe-waiting.ts'
import { MarbleTest } from './marble-test.ts'
import { TestRecord } from './test-record.ts'
import { TestEnvironment, type TestEnvironmentOptions } from './test-environment.ts'
import { VirtualClock } from './virtual-clock.ts'
import { VirtualTimeError } from './virtual-time-error.ts'

export interface MarbleOptions extends Omit<TestEnvironmentOptions, 'clock'> {
  /** The job's; default 'marbles'. */
  readonly name?: string
  /** Frames in which something happens, before the job counts as endless; default 10 000. */
  readonly maxSteps?: number
  /** Real milliseconds one frame may be busy, before it counts as one that never comes to rest; default 5 000. */
  readonly patience?: number
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
  { name = 'marbles', maxSteps = 10_000, patience = 5_000, ...options }: MarbleOptions = {},
): Promise<MarbleRun> {
  const env = new TestEnvironment(name, { ...options, clock: new VirtualClock({ patience }) })
  const record = new TestRecord()
  try {
    await define(new MarbleTest(env, record))
    record.expectations.checkComplete()
    const run = await runJob(env, record, maxSteps)
    check(env, record, run)
    return run
  } finally {
    record.script.unsubscribe()
  }
}

async function runJob(env: TestEnvironment, record: TestRecord, maxSteps: number): Promise<MarbleRun> {
  const { clock } = env
  const job = env.submit({ autostop: true })
  try {
    const result = await clock.run(job, { maxSteps })
    return { result, error: null, frame: clock.frame }
  } catch (error) {
    if (error instanceof VirtualTimeError) throw await standstill(env, record, error, job)
    if (!(error instanceof JobFailedError) && !(error instanceof JobCancelledError)) throw error
    return { result: error.result, error, frame: clock.frame }
  } finally {
    await clock.settle()
  }
}

/** @throws AssertionError where the job was not what the test said. */
function check({ clock }: TestEnvironment, record: TestRecord, { result, error, frame }: MarbleRun): void {
  const { expectations, broken, waiting, script } = record
  if (broken !== null) throw broken.error
  const failure = result.status === 'failed' ? { error: error?.cause } : null
  const verdict = expectations.verdict({ failure })
  if (failure !== null && !expectations.failure) {
    const message = `the job failed in frame ${frame}, and no diagram has a #: ${error?.message}`
    throw failedTest(paragraphs(message, verdict?.message), { cause: error })
  }
  if (verdict !== undefined) throw verdict
  for (const due of waiting) {
    throw failedTest(`at(${due}) never came: the job was over in frame ${frame}`)
  }
  // What is left of hot diagrams is the test's own.
  script.unsubscribe()
  const timers = clock.pending.map(({ setAt, due }) => `a timer of frame ${setAt}, due in frame ${due}`)
  const others = clock.scheduler.actions.length - timers.length
  const left =
    others > 0 ? [...timers, `${others} ${others === 1 ? 'action' : 'actions'} of the scheduler`] : timers
  if (left.length > 0) {
    const message = `the job was over in frame ${frame} and left behind: ${left.join('; ')}`
    throw failedTest(
      `${message}\nGive delay(ms, ctx.signal) the signal of the call, and unsubscribe in close().`,
    )
  }
}

/** Takes down a job that never ends, to learn from its books who held it up. */
async function standstill(
  env: TestEnvironment,
  { inputs, probes, expectations }: TestRecord,
  { frame, reason, message }: VirtualTimeError,
  job: Promise<JobResult>,
): Promise<AssertionError> {
  const listening = inputs
    .filter(({ subscriptions }) =>
      subscriptions.some(({ unsubscribedFrame }) => unsubscribedFrame === Infinity),
    )
    .map(({ marbles }) => marbles)
  const incomplete = probes.filter(({ ended }) => !ended).map(({ name }) => name)
  const verdict = expectations.verdict({ failure: null })
  await env.clock.run(env.cancel())
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
