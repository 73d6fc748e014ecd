import { silentLogger } from '../../../../src/functions/logger.ts'
import {
  CheckpointCoordinator,
  type CheckpointSettings,
} from '../../../../src/runtime/checkpoint/checkpoint-coordinator.ts'
import { RestoredJob } from '../../../../src/runtime/checkpoint/restored-job.ts'
import type {
  CheckpointManifest,
  CheckpointSummary,
  JobCheckpoints,
} from '../../../../src/storage/checkpoint-store.ts'
import { ManualClock } from '../../../support/manual-clock.ts'
import { rest } from '../../../support/turns.ts'
import { FakeMember, operatorsOf } from './fake-member.ts'
import { MoodyStore } from './moody-store.ts'

const settings: CheckpointSettings = { interval: 100, timeout: 1000, minPause: 0, retain: 2 }

/** A coordinator with members that do as a test says, on a clock that waits. */
export class CoordinatorBench {
  readonly clock = new ManualClock()
  readonly store = new MoodyStore()
  readonly warnings: string[] = []
  readonly coordinator: CheckpointCoordinator
  checkpoints: JobCheckpoints | null = null
  readonly members: readonly FakeMember[]
  readonly #names: readonly string[]

  constructor(names: readonly string[], given: Partial<CheckpointSettings> = {}) {
    this.#names = names
    this.members = names.map((name) => new FakeMember(name))
    this.coordinator = new CheckpointCoordinator({
      job: 'job',
      run: 'run',
      operators: operatorsOf(names),
      settings: { ...settings, ...given },
      clock: this.clock,
      logger: { ...silentLogger, warn: (message) => void this.warnings.push(message) },
    })
  }

  /** Claims the store, attaches the members and starts. */
  async start(members: readonly FakeMember[] = this.members): Promise<this> {
    if (this.checkpoints === null) {
      this.checkpoints = await this.store.claim('job')
      this.coordinator.use(this.checkpoints, await this.checkpoints.list())
    }
    this.coordinator.attach(members)
    this.coordinator.start()
    return this
  }

  /** The barrier that each has been given stands in these. */
  async pass(...members: readonly FakeMember[]): Promise<void> {
    for (const member of members) this.coordinator.passed(member, member.barrier!, null)
    await rest()
  }

  async list(): Promise<readonly CheckpointSummary[]> {
    return (await this.checkpoints?.list()) ?? []
  }

  async ids(): Promise<number[]> {
    return (await this.list()).map(({ id }) => id)
  }

  async manifest(id: number): Promise<CheckpointManifest> {
    const loaded = await this.checkpoints!.load(id)
    await loaded.close()
    return loaded.manifest
  }

  /** Members of the same names, with what that checkpoint holds of them. */
  async restored(id: number): Promise<readonly FakeMember[]> {
    const members = this.#names.map((name) => new FakeMember(name))
    const loaded = await this.checkpoints!.load(id)
    const job = new RestoredJob(loaded, {
      operators: operatorsOf(this.#names),
      reusable: true,
      turn: () => Promise.resolve(),
      onLost: (error) => {
        throw error
      },
    })
    for (const member of members) await job.restore(member.ledger)
    await job.close()
    return members
  }
}

export { rest }
