import { AckPolicy, DeliverPolicy, jetstream, jetstreamManager, StorageType } from '@nats-io/jetstream'
import { connect, headers, type MsgHdrs, type NatsConnection } from '@nats-io/transport-node'
import {
  type ClusterRecord,
  type ClusterRun,
  type ClusterTime,
  COMMIT_INTERVAL,
  recordOf,
} from './cluster-work.ts'

/** Records that the source has made and not committed, at most, and messages that a partition has not read. */
const MOST_UNCOMMITTED = 16_000
const MOST_BACKLOG = 64
const MESSAGE = 1_000

/**
 * What one would write by hand with the client: a source that deals records out to partitions, each of which counts, and
 * both commit atomically what they did with where they stand.
 */
export async function runBare(run: ClusterRun): Promise<ClusterTime> {
  const connection = await connect({ servers: run.address })
  const stream = `BARE_${run.job}`
  const manager = await jetstreamManager(connection)
  await manager.streams.add({
    name: stream,
    subjects: [`bare.${run.job}.>`],
    storage: StorageType.File,
    allow_direct: true,
    allow_atomic: true,
  })
  const begun = performance.now()
  const source = produce(connection, run)
  const partitions = Array.from({ length: run.partitions }, (_, partition) =>
    consume(connection, stream, run, partition),
  )
  const outcomes = await Promise.all([source, ...partitions])
  const milliseconds = performance.now() - begun
  await manager.streams.delete(stream)
  await connection.close()
  return {
    milliseconds,
    sum: outcomes.reduce((sum, outcome) => sum + outcome.sum, 0),
    commits: outcomes.reduce((sum, outcome) => sum + outcome.commits, 0),
  }
}

interface Outcome {
  readonly sum: number
  readonly commits: number
}

const edge = (job: string, partition: number): string => `bare.${job}.e.${partition}`

/** Where somebody stands, and who may say so: the number of the last message there. */
class Control {
  commits = 0
  readonly #connection: NatsConnection
  readonly #subject: string
  #sequence = 0

  constructor(connection: NatsConnection, subject: string) {
    this.#connection = connection
    this.#subject = subject
  }

  async commit(record: unknown, outputs: readonly (readonly [string, string])[]): Promise<void> {
    const id = `${this.#subject}.${++this.commits}`
    let size = 0
    const numbered = (): MsgHdrs => {
      const own = headers()
      if (outputs.length > 0) {
        own.set('Nats-Batch-Id', id)
        own.set('Nats-Batch-Sequence', String(++size))
      }
      return own
    }
    for (const [subject, text] of outputs) this.#connection.publish(subject, text, { headers: numbered() })
    const last = numbered()
    if (outputs.length > 0) last.set('Nats-Batch-Commit', '1')
    last.set('Nats-Expected-Last-Subject-Sequence', String(this.#sequence))
    const answer = await this.#connection.request(this.#subject, JSON.stringify(record), {
      headers: last,
      timeout: 10_000,
    })
    const { seq, error } = answer.json<{ seq: number; error?: { description: string } }>()
    if (error !== undefined) throw new Error(error.description)
    this.#sequence = seq
  }
}

async function produce(connection: NatsConnection, run: ClusterRun): Promise<Outcome> {
  const { job, records, partitions } = run
  const control = new Control(connection, `bare.${job}.c.source`)
  const manager = await jetstreamManager(connection)
  let next = 0
  while (next < records) {
    const begun = performance.now()
    const dealt: ClusterRecord[][] = Array.from({ length: partitions }, () => [])
    for (let made = 0; made < MOST_UNCOMMITTED && next < records; made++) {
      const record = recordOf(next++)
      dealt[partitionOf(record.key, partitions)]!.push(record)
      if (made % 1_000 === 999) {
        await new Promise((resolve) => setImmediate(resolve))
        if (performance.now() - begun > COMMIT_INTERVAL) break
      }
    }
    const outputs: [string, string][] = []
    for (const [partition, own] of dealt.entries()) {
      for (let from = 0; from < own.length; from += MESSAGE) {
        outputs.push([edge(job, partition), JSON.stringify(own.slice(from, from + MESSAGE))])
      }
    }
    if (next === records) for (let i = 0; i < partitions; i++) outputs.push([edge(job, i), '"end"'])
    await control.commit({ offset: next }, outputs)
    for (;;) {
      const { state } = await manager.streams.info(`BARE_${job}`, { subjects_filter: `bare.${job}.e.>` })
      const most = Math.max(0, ...Object.values(state.subjects ?? {}))
      if (most <= MOST_BACKLOG) break
      await new Promise((resolve) => setTimeout(resolve, 5))
    }
  }
  return { sum: 0, commits: control.commits }
}

async function consume(
  connection: NatsConnection,
  stream: string,
  { job, partitions: _, ...run }: ClusterRun,
  partition: number,
): Promise<Outcome> {
  void run
  const control = new Control(connection, `bare.${job}.c.${partition}`)
  const manager = await jetstreamManager(connection)
  const name = `p${partition}`
  await manager.consumers.add(stream, {
    name,
    filter_subject: edge(job, partition),
    ack_policy: AckPolicy.None,
    deliver_policy: DeliverPolicy.All,
    mem_storage: true,
  })
  const consumer = await jetstream(connection).consumers.get(stream, name)
  const counts = new Map<string, number>()
  let changed = new Set<string>()
  let committed = performance.now()
  let sum = 0
  let offset = 0
  const commit = async (): Promise<void> => {
    const delta = [...changed].map((key) => [key, counts.get(key)])
    changed = new Set()
    committed = performance.now()
    await control.commit({ offset, delta }, [])
    await manager.streams.purge(stream, { filter: edge(job, partition), seq: offset + 1 })
  }
  const messages = await consumer.consume({ max_messages: 64 })
  for await (const message of messages) {
    offset = message.seq
    const records = message.json<readonly ClusterRecord[] | 'end'>()
    if (records === 'end') break
    for (const { key } of records) {
      counts.set(key, (counts.get(key) ?? 0) + 1)
      changed.add(key)
      sum++
    }
    if (performance.now() - committed >= COMMIT_INTERVAL) await commit()
  }
  await messages.close()
  await commit()
  return { sum, commits: control.commits }
}

function partitionOf(key: string, partitions: number): number {
  let hash = 0
  for (let i = 0; i < key.length; i++) hash = (hash * 31 + key.charCodeAt(i)) | 0
  return Math.abs(hash) % partitions
}
