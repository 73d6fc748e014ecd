import type { Calls } from '../cluster/engine/calls.ts'
import type { EngineConnection } from '../cluster/engine/cluster-engine.ts'
import type { Files } from '../cluster/engine/files.ts'
import type { JobLog } from '../cluster/engine/job-log.ts'
import type { Records } from '../cluster/engine/records.ts'
import { JetStream } from './jetstream.ts'
import { Link } from './link.ts'
import { NatsJobLog } from './log/nats-job-log.ts'
import { Names } from './names.ts'
import { NatsCalls } from './nats-calls.ts'
import { NatsFiles } from './nats-files.ts'
import type { NatsSettings } from './nats-options.ts'
import { NatsRecords } from './nats-records.ts'
import { ensureStream } from './streams.ts'
import type { Client } from './transport.ts'

export class NatsEngineConnection implements EngineConnection {
  readonly records: Records
  readonly files: Files
  readonly calls: Calls
  readonly #js: JetStream
  readonly #names: Names
  readonly #replicas: number | undefined
  #closed: Promise<void> | null = null

  constructor(client: Client, { clock, random, prefix, replicas }: NatsSettings) {
    const link = new Link(client, clock, random)
    this.#js = new JetStream(link)
    this.#names = new Names(prefix)
    this.#replicas = replicas
    this.records = new NatsRecords(this.#js, this.#names)
    this.files = new NatsFiles(this.#js, this.#names)
    this.calls = new NatsCalls(link, this.#names)
  }

  /** Makes what a cluster has whatever its jobs. */
  async prepare(): Promise<void> {
    const { recordStream, fileStream, all } = this.#names
    // As other clients make buckets.
    const bucket = {
      max_msgs_per_subject: 1,
      discard: 'new',
      deny_delete: true,
      allow_rollup_hdrs: true,
    } as const
    await ensureStream(this.#js, { name: recordStream, subjects: [all.records], ...bucket }, this.#replicas)
    const files = { name: fileStream, subjects: [all.files], max_msgs_per_subject: 1 }
    await ensureStream(this.#js, files, this.#replicas)
  }

  async createLog(job: string): Promise<void> {
    const { stream, all } = this.#names.job(job)
    const wish = { name: stream, subjects: [all], allow_atomic: true, allow_rollup_hdrs: true } as const
    await ensureStream(this.#js, wish, this.#replicas)
  }

  openLog(job: string): JobLog {
    return new NatsJobLog(this.#js, this.#names.job(job))
  }

  async deleteLog(job: string): Promise<void> {
    await this.#js.delete(this.#names.jobStream(job))
  }

  close(): Promise<void> {
    return (this.#closed ??= this.#js.link.close())
  }
}
