import type { ServiceResult } from '../../job/job-result.ts'
import type { Clock } from '../../time/clock.ts'
import type { TaskLoop } from '../task/task-loop.ts'
import type { JobAbort } from './job-abort.ts'
import type { DrivenStrand, JobInstance } from './job-instance.ts'

/** The services of one job, as the Dispatcher drives them. */
export interface JobServices {
  start(): Promise<void>
  /** Each exactly once; never rejects. @param failed those that are kept when the job fails are not cleaned up. */
  stop(how: { readonly failed: boolean }): Promise<readonly ServiceResult[]>
}

/** What an attempt tells of itself. */
export interface AttemptEvents {
  readonly fail: (error: unknown) => void
  readonly ended: (strand: DrivenStrand) => void
}

/** What of an attempt is outside of the process of its job. */
export interface Outside {
  /** Resolves when it is there, and rejects when it cannot be. */
  ready(): Promise<void>
  /** Nothing of it is left when it resolves; never rejects. Comes after the strands there are aborted. */
  close(): Promise<void>
}

/** One try at running a job: all that is built anew when it is restarted. */
export interface Attempt {
  readonly instance: JobInstance
  readonly services: JobServices
  readonly taskLoop: TaskLoop
  /** What has to be there before anything is opened, outside of the process; null: nothing. */
  readonly outside: Outside | null
  /** Aborts in-flight work. */
  readonly abort: JobAbort
  /** How its services were taken down, once that is under way. */
  down: Promise<readonly ServiceResult[]> | null
}

export interface TakeDown {
  /** Whether strands are ended before the services, whatever they are about. */
  readonly early: boolean
  /** Whether the job has failed, and is not tried again. */
  readonly failed: boolean
}

/** Ends strands and services, once. */
export function takeDown(attempt: Attempt, how: TakeDown, clock: Clock): Promise<readonly ServiceResult[]> {
  attempt.down ??= endAll(attempt, how, clock)
  return attempt.down
}

async function endAll(
  { instance, services, taskLoop, outside }: Attempt,
  { early, failed }: TakeDown,
  clock: Clock,
): Promise<readonly ServiceResult[]> {
  const strands = instance.strands.map(({ strand }) => strand)
  if (early && strands.length > 0) taskLoop.close()
  // Who ends the job from inside a user function has a loop on the stack, which has yet to write down what it did.
  if (taskLoop.running) await new Promise<void>((resolve) => clock.microtask(resolve))
  if (early) await Promise.all(strands.map((strand) => strand.abort()))
  const results = await services.stop({ failed })
  await Promise.all(strands.map((strand) => strand.abort()))
  taskLoop.close()
  await outside?.close()
  return results
}
