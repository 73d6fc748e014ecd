import { JobNotRunningError } from '../../errors/job-server-errors.ts'
import type { JobStatus } from '../../job/job-status.ts'
import type {
  DeadLetterDetail,
  DeadLetterPage,
  LetterChoice,
  LettersDone,
} from '../../protocol/dead-letters.ts'
import type { LetterQuery } from '../dead-letters/dead-letter-store.ts'
import type { DeadLetters } from '../job-manager.ts'
import type { JobStore } from '../store/job-store.ts'
import { ownJob } from './own-job.ts'
import type { RunLetters } from './run-letters.ts'

/** Jobs whose operators take records back, now or when it is their turn. */
const takers: ReadonlySet<JobStatus> = new Set(['queued', 'running', 'restarting'])

/** Dead letters of the server's own jobs. */
export class JobDeadLetters implements DeadLetters {
  readonly #store: JobStore
  readonly #lettersOf: (job: string) => RunLetters | undefined
  readonly #changed: (job: string) => void

  constructor(
    store: JobStore,
    lettersOf: (job: string) => RunLetters | undefined,
    changed: (job: string) => void,
  ) {
    this.#store = store
    this.#lettersOf = lettersOf
    this.#changed = changed
  }

  list(job: string, query: LetterQuery): DeadLetterPage {
    ownJob(this.#store, job, 'letters')
    const { deadLetters } = this.#store
    return { ...deadLetters.list(job, query), counts: deadLetters.counts(job) }
  }

  get(job: string, letter: number): DeadLetterDetail | undefined {
    ownJob(this.#store, job, 'letters')
    return this.#store.deadLetters.get(job, letter)
  }

  replay(job: string, choice: LetterChoice): LettersDone {
    const { status } = ownJob(this.#store, job, 'letters')
    if (!takers.has(status)) throw notTaken(job, status)
    const letters = this.#store.deadLetters.replay(job, choice)
    this.#lettersOf(job)?.fill()
    if (letters > 0) this.#changed(job)
    return { letters }
  }

  remove(job: string, choice: LetterChoice): LettersDone {
    ownJob(this.#store, job, 'letters')
    const letters = this.#store.deadLetters.remove(job, choice)
    if (letters > 0) this.#changed(job)
    return { letters }
  }
}

const remedies: Readonly<Partial<Record<JobStatus, string>>> = {
  stopped: 'continue it, then replay them',
  stopping: 'wait until it has stopped, continue it, then replay them',
}

const notTaken = (job: string, status: JobStatus): JobNotRunningError =>
  new JobNotRunningError(`job ${job} is ${status}, and takes no records back`, {
    remedy:
      remedies[status] ??
      'restart it, or submit it again: the new job reads its input anew, and with it what was given up',
  })
