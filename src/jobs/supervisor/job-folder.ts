import { mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { mkdir, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { codeOf } from '../../storage/file/disk.ts'
import type { ProcessIdentity } from '../../storage/file/process-identity.ts'
import { type WireError, wireErrorSchema } from '../../protocol/wire-error.ts'
import type { JobOutcome } from '../process/messages.ts'
import { readLastWords, readOutcome, resultFiles } from '../process/result-files.ts'
import { jobOutcomeSchema } from './report-schema.ts'

/** The process that was started last for a job. */
export interface StartedProcess extends ProcessIdentity {
  /** Stands in its command line and its environment, and in those of no other. */
  readonly token: string
}

/** Where a job has its files: `<data>/jobs/<id>`. */
export class JobFolder {
  readonly path: string
  /** Its working directory, with the files of its program. */
  readonly work: string
  /** Of its FileCheckpointStore. */
  readonly checkpoints: string
  /** For its outcome, and for what `collect()` received. */
  readonly results: string
  readonly #secrets: string
  readonly #process: string

  constructor(jobs: string, id: string) {
    this.path = join(jobs, id)
    this.work = join(this.path, 'work')
    this.checkpoints = join(this.path, 'checkpoints')
    this.results = join(this.path, 'results')
    this.#secrets = join(this.path, 'secrets.json')
    this.#process = join(this.path, 'process.json')
  }

  /** Ready for a run, with nothing left of how the one before ended. */
  async make(): Promise<void> {
    for (const folder of [this.work, this.checkpoints, this.results]) await mkdir(folder, { recursive: true })
    for (const file of [resultFiles.outcome, resultFiles.lastWords]) {
      await rm(join(this.results, file), { force: true })
    }
  }

  /** What the job's process has written down of its end; undefined where it has not. */
  async outcome(): Promise<JobOutcome | undefined> {
    return jobOutcomeSchema.safeParse(await readOutcome(this.results)).data
  }

  /** Why it ended without, as far as it could tell. */
  async lastWords(): Promise<WireError | undefined> {
    return wireErrorSchema.safeParse(await readLastWords(this.results)).data
  }

  /** Only the user of the server can read them. */
  keepSecrets(secrets: Readonly<Record<string, string>>): void {
    if (Object.keys(secrets).length === 0) return
    mkdirSync(this.path, { recursive: true })
    writeFileSync(this.#secrets, JSON.stringify(secrets), { mode: 0o600, flag: 'wx' })
  }

  secrets(): Readonly<Record<string, string>> {
    return (readJson(this.#secrets) ?? {}) as Record<string, string>
  }

  keepProcess(started: StartedProcess): void {
    writeFileSync(`${this.#process}.new`, JSON.stringify(started))
    renameSync(`${this.#process}.new`, this.#process)
  }

  process(): StartedProcess | undefined {
    return readJson(this.#process) as StartedProcess | undefined
  }

  /** Undoes `keepSecrets` of a job that did not come to be. */
  forget(): void {
    rmSync(this.path, { recursive: true, force: true })
  }

  async removeSecrets(): Promise<void> {
    await rm(this.#secrets, { force: true })
  }

  async removeWork(): Promise<void> {
    await rm(this.work, { recursive: true, force: true })
  }

  async remove(): Promise<void> {
    await rm(this.path, { recursive: true, force: true, maxRetries: 3 })
  }
}

function readJson(file: string): unknown {
  try {
    return JSON.parse(readFileSync(file, 'utf8'))
  } catch (error) {
    if (codeOf(error) === 'ENOENT' || error instanceof SyntaxError) return undefined
    throw error
  }
}
