import { JobNotFoundError } from '../../../../src/errors/job-server-errors.ts'
import { type Logger, silentLogger } from '../../../../src/functions/logger.ts'
import { ForeignJobsService } from '../../../../src/jobs/foreign/foreign-jobs-service.ts'
import type { Polling } from '../../../../src/jobs/foreign/polling-of.ts'
import { foreignJobInfo } from '../../../../src/jobs/store/foreign-changes.ts'
import type { ForeignRecord } from '../../../../src/jobs/store/foreign-job-store.ts'
import { MemoryJobStore } from '../../../../src/jobs/store/memory-job-store.ts'
import type { JobInfo } from '../../../../src/protocol/job-info.ts'
import { ManualClock } from '../../../support/manual-clock.ts'
import type { TestContext } from '../../../support/suite.ts'
import type { ScriptedProvider } from './scripted-provider.ts'

export interface SceneOptions {
  readonly polling?: Polling
  readonly store?: MemoryJobStore
  readonly clock?: ManualClock
  readonly owner?: string
  readonly concurrency?: number
  readonly logger?: Logger
  /** Milliseconds for which jobs that are over are kept. */
  readonly keep?: number
}

/** A service over scripted providers, a store in memory and a clock that is moved by hand. */
export class Scene {
  readonly clock: ManualClock
  readonly store: MemoryJobStore
  readonly service: ForeignJobsService

  constructor(
    { cleanup }: TestContext,
    providers: readonly ScriptedProvider[],
    { polling = { mode: 'off', interval: null }, concurrency = 8, ...options }: SceneOptions = {},
  ) {
    this.clock = options.clock ?? new ManualClock()
    this.store = options.store ?? new MemoryJobStore()
    this.service = new ForeignJobsService({
      context: {
        store: this.store.foreign,
        clock: this.clock,
        random: () => 0.5,
        logger: options.logger ?? silentLogger,
        keep: options.keep,
      },
      providers: providers.map((provider) => ({ provider, polling, webhook: false, concurrency })),
      info: (id) => this.info(id),
      owner: options.owner ?? 'this server',
    })
    this.service.open()
    cleanup(() => this.service.close())
  }

  info(id: string): JobInfo {
    const record = this.store.foreign.get(id)
    if (record === undefined) throw new JobNotFoundError(`There is no job ${id}.`)
    return foreignJobInfo(record)
  }

  job(externalId: string, provider = 'ray'): ForeignRecord {
    return this.store.foreign.find(provider, externalId)!
  }

  /** Takes in what a provider has, as a sync does. */
  know({ name, jobs }: ScriptedProvider): void {
    this.store.foreign.observe(name, [...jobs.values()].reverse(), {
      at: this.clock.now(),
      cause: 'the test',
      create: true,
    })
  }

  /** `running` or so, with what is behind `from` given: `running completed`. */
  path(externalId: string, provider = 'ray'): string {
    const { items } = this.store.transitions(this.job(externalId, provider).id, { limit: 200 })
    return items.map(({ to }) => to).join(' ')
  }

  get events(): number {
    return this.store.eventRange().last
  }
}
