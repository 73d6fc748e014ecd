import type { EngineRecord, Records } from '../engine/records.ts'
import { jobKey, JOBS, type JobRecord, parseJobKey } from '../protocol/job-keys.ts'
import type { ClusterJobSpec } from '../protocol/job-spec.ts'
import type { ClusterJobState, ClusterJobWish } from '../protocol/job-state.ts'
import { fromJson, toJson } from '../protocol/json.ts'
import type { JobRecords } from './note-records.ts'

interface Page {
  readonly specRevision: number
  readonly spec: ClusterJobSpec
  /** Of the state; 0: none is written. */
  revision: number
  /** As it is written. */
  state: ClusterJobState | null
  /** What was to be written last: whether it was, is not always known. */
  attempt: ClusterJobState | null
}

/** The records of all jobs, as a leader reads and writes them. */
export class JobBook {
  readonly #records: Records
  readonly #pages = new Map<string, Page>()
  /** Writes come one after the other: each needs the revision of the one before. */
  #writing: Promise<void> = Promise.resolve()
  #isForeign = false

  constructor(records: Records) {
    this.#records = records
  }

  /** Whether somebody else writes states as well: what this leader has worked out is not to be relied on any more. */
  get isForeign(): boolean {
    return this.#isForeign
  }

  /** Forgets all it has read. */
  clear(): void {
    this.#pages.clear()
    this.#isForeign = false
  }

  async read(): Promise<ReadonlyMap<string, JobRecords>> {
    await this.#writing.catch(() => {})
    const found = new Map<string, Partial<Record<JobRecord, EngineRecord>>>()
    for (const record of await this.#records.list(JOBS)) {
      const key = parseJobKey(record.key)
      if (key === null) continue
      found.set(key.job, { ...found.get(key.job), [key.record]: record })
    }
    const jobs = new Map<string, JobRecords>()
    for (const [id, { spec, state, wish }] of found) {
      // It is being deleted, or its submitter has not come to write it.
      if (spec === undefined) continue
      const page = this.#page(id, spec, state)
      jobs.set(id, {
        spec: page.spec,
        state: page.state,
        wish: wish === undefined ? null : fromJson<ClusterJobWish>(wish.value),
      })
    }
    for (const id of this.#pages.keys()) if (!jobs.has(id)) this.#pages.delete(id)
    return jobs
  }

  /**
   * Writes the states that have changed, once what is being written is.
   * @param states as they are by then
   */
  write(states: () => readonly (readonly [job: string, state: ClusterJobState])[]): Promise<void> {
    const written = this.#writing.catch(() => {}).then(() => this.#writeAll(states()))
    this.#writing = written
    return written
  }

  async #writeAll(states: readonly (readonly [string, ClusterJobState])[]): Promise<void> {
    for (const [id, state] of states) {
      const page = this.#pages.get(id)
      if (page === undefined || page.state === state) continue
      page.attempt = state
      const revision = await this.#records.put(jobKey(id, 'state'), toJson(state), page.revision)
      // Somebody else leads, or it is being deleted: the next look tells.
      if (revision === null) continue
      page.revision = revision
      page.state = state
    }
  }

  #page(id: string, spec: EngineRecord, state: EngineRecord | undefined): Page {
    const known = this.#pages.get(id)
    if (known !== undefined && known.specRevision === spec.revision) {
      if (state !== undefined && state.revision > known.revision) this.#catchUp(known, state)
      return known
    }
    const page: Page = {
      specRevision: spec.revision,
      spec: fromJson<ClusterJobSpec>(spec.value),
      revision: state?.revision ?? 0,
      state: state === undefined ? null : fromJson<ClusterJobState>(state.value),
      attempt: null,
    }
    this.#pages.set(id, page)
    return page
  }

  #catchUp(page: Page, { value, revision }: EngineRecord): void {
    const { attempt } = page
    if (attempt === null || !Buffer.from(value).equals(toJson(attempt))) this.#isForeign = true
    page.revision = revision
    page.state = attempt
  }
}
