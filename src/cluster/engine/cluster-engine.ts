import type { Calls } from './calls.ts'
import type { Files } from './files.ts'
import type { JobLog } from './job-log.ts'
import type { Records } from './records.ts'

/** A system of its own that carries records, state and coordination between machines. */
export interface ClusterEngine {
  /** As a user names it: `nats`. */
  readonly name: string
  /** Where it is, as text that `at` takes, without anything secret. */
  readonly address: string
  /** The same engine elsewhere: where a worker was told to look for it. */
  at(address: string): ClusterEngine
  /**
   * @param name who connects, for the engine's own lists
   * @throws EngineUnavailableError when it cannot be reached, or is too old for what is asked of it.
   */
  connect(name: string): Promise<EngineConnection>
}

/** One process's connection. Lost connections are made again without anybody being told; what was under way rejects. */
export interface EngineConnection {
  readonly records: Records
  readonly files: Files
  readonly calls: Calls
  /** Makes the log of a job; one that is there stays as it is. */
  createLog(job: string): Promise<void>
  /** The log of a job that has one. */
  openLog(job: string): JobLog
  /** Nothing of it is left. Twice is as good as once. */
  deleteLog(job: string): Promise<void>
  /** Lets go of everything: what is under way rejects. Twice is as good as once. */
  close(): Promise<void>
}
