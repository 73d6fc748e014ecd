import { createHash } from 'node:crypto'
import { writeFileSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { Logger } from '../../../../src/functions/logger.ts'
import type { JobManager } from '../../../../src/jobs/job-manager.ts'
import type { JobStore } from '../../../../src/jobs/store/job-store.ts'
import { createJobManager } from '../../../../src/jobs/supervisor/create-job-manager.ts'
import type { JobManagerOptions } from '../../../../src/jobs/supervisor/job-manager-options.ts'
import { isSettled, type JobStatus } from '../../../../src/job/job-status.ts'
import type { JobInfo } from '../../../../src/protocol/job-info.ts'
import {
  type JobOptionsInput,
  type Submission,
  submissionSchema,
} from '../../../../src/protocol/submission.ts'
import { isAlive } from '../../../../src/storage/file/process-identity.ts'
import type { TestContext } from '../../../support/suite.ts'

export const standIn: string = fileURLToPath(new URL('../fixtures/stand-in.mjs', import.meta.url))

/** A folder that is gone after the test. */
export async function dataFolder({ cleanup }: Pick<TestContext, 'cleanup'>): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'millrace-supervisor-'))
  cleanup(() => rm(folder, { recursive: true, force: true, maxRetries: 5, retryDelay: 100 }))
  return folder
}

export interface ManagedOptions extends Omit<JobManagerOptions, 'data'> {
  readonly data?: string
  readonly store?: JobStore
}

export interface Work {
  readonly name?: string
  readonly options?: JobOptionsInput
  readonly secrets?: Readonly<Record<string, string>>
  readonly env?: Readonly<Record<string, string>>
  readonly resume?: Submission['resume']
  readonly key?: string
}

/** A job manager whose jobs are stand-ins, and what a test asks of it. */
export class Managed {
  readonly manager: JobManager
  readonly data: string
  readonly #log: TestLog

  private constructor(manager: JobManager, data: string, log: TestLog) {
    this.manager = manager
    this.data = data
    this.#log = log
  }

  /** @param jobs `real`: they run in processes of the library's own, instead of stand-ins */
  static async open(
    context: TestContext,
    options: ManagedOptions = {},
    { real = false }: { readonly real?: boolean } = {},
  ): Promise<Managed> {
    const { data = await dataFolder(context), ...rest } = options
    const log = new TestLog()
    const manager = await createJobManager(
      { data, heartbeat: 100, logger: log, ...rest },
      real ? {} : { main: standIn },
    )
    context.cleanup(() => manager.close({ drain: false }))
    return new Managed(manager, data, log)
  }

  /** The words of `stand-in.mjs`, with blanks between them. */
  async submit(words: string, work: Work = {}): Promise<string> {
    const { key, ...rest } = work
    const submission = await submissionFor(this.manager, words, rest)
    const details = key === undefined ? { by: 'a test' } : { by: 'a test', idempotencyKey: key }
    return this.manager.submit(submission, details).job.id
  }

  /** Resolves when the job has come to one of these. */
  async reaches(id: string, ...statuses: readonly JobStatus[]): Promise<JobInfo> {
    return this.when(id, (job) => statuses.includes(job.status))
  }

  /** Resolves when it was that, as the events of the store tell it. Rejects when the job has ended otherwise. */
  async when(id: string, holds: (job: JobInfo) => boolean): Promise<JobInfo> {
    for (;;) {
      const job = this.manager.get(id)
      if (holds(job)) return job
      if (isSettled(job.status)) throw new Error(`job ${id} has ended: ${JSON.stringify(job)}`)
      await this.#event()
    }
  }

  #event(): Promise<void> {
    return new Promise((resolve) => {
      const stop = this.manager.events.onAppended(() => {
        stop()
        resolve()
      })
    })
  }

  /** Resolves when the server has logged a warning like this. */
  warned(pattern: RegExp): Promise<void> {
    return this.#log.warned(pattern)
  }

  /** Lets a job go on that does `wait-for-file`. */
  say(id: string, file: string): void {
    writeFileSync(join(this.data, 'jobs', id, 'work', file), '')
  }

  async deleted(id: string): Promise<void> {
    const isDeleted = (): boolean =>
      this.manager.events.read({ since: 0, limit: 1_000, job: id }).some(({ type }) => type === 'job_deleted')
    while (!isDeleted()) await this.#event()
  }

  /** Resolves when its log has this line. */
  async logs(id: string, text: string): Promise<void> {
    if (this.lines(id).includes(text)) return
    await new Promise<void>((resolve) => {
      const subscription = this.manager.log$(id).subscribe((line) => {
        if (line.text !== text) return
        subscription.unsubscribe()
        resolve()
      })
    })
  }

  /** What the job itself has written. */
  lines(id: string): readonly string[] {
    const { lines } = this.manager.logs(id, 0, 100_000)
    return lines.filter(({ stream }) => stream !== 'system').map(({ text }) => text)
  }

  /** Where each of its runs began, as the word `order` tells. */
  resumes(id: string): readonly unknown[] {
    return this.lines(id)
      .filter((line) => line.startsWith('{'))
      .map((line) => (JSON.parse(line) as { resume: unknown }).resume)
  }

  /** `queued running completed` */
  path(id: string): string {
    const { items } = this.manager.transitions(id, { limit: 200 })
    return items.map(({ to }) => to).join(' ')
  }

  causes(id: string): readonly string[] {
    return this.manager.transitions(id, { limit: 200 }).items.map(({ cause }) => cause)
  }
}

/** With its files uploaded. */
export async function submissionFor(
  manager: JobManager,
  words: string,
  work: Work = {},
): Promise<Submission> {
  const { name = 'job', options = {}, secrets = {}, env = {}, resume } = work
  const files = await Promise.all(
    [
      ['main.mjs', '// not run by the stand-in'],
      ['data/asset.txt', 'an asset'],
    ].map(async ([path, text]) => {
      const bytes = Buffer.from(text!)
      const hash = createHash('sha256').update(bytes).digest('hex')
      if ((await manager.files.missing([hash])).length > 0) await manager.files.put(hash, chunks(bytes))
      return { path: path!, hash, size: bytes.length }
    }),
  )
  return submissionSchema.parse({
    name,
    program: {
      entry: 'main.mjs',
      files,
      ordinal: 0,
      graphHash: '0'.repeat(64),
      argv: words.split(' '),
      env,
      millrace: '0.1.0',
    },
    options,
    secrets,
    ...(resume !== undefined && { resume }),
  })
}

async function* chunks(bytes: Buffer): AsyncGenerator<Uint8Array> {
  yield bytes
}

/** Also of one that nobody has waited for. */
export const isGone = (pid: number): boolean => !isAlive({ pid })

/** Remembers warnings. */
class TestLog implements Logger {
  readonly #warnings: string[] = []
  #onWarning: () => void = () => {}

  debug(): void {}
  info(): void {}
  error(): void {}

  warn(message: string): void {
    this.#warnings.push(message)
    this.#onWarning()
  }

  child(): Logger {
    return this
  }

  async warned(pattern: RegExp): Promise<void> {
    while (!this.#warnings.some((warning) => pattern.test(warning))) {
      await new Promise<void>((resolve) => (this.#onWarning = resolve))
    }
  }
}
