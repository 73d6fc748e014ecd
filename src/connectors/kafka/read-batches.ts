import type { fetchV17, KafkaRecord, RecordsBatch } from '@platformatic/kafka'
import type { KafkaMessage } from './kafka-message.ts'

type FetchedPartition = fetchV17.FetchResponse['responses'][number]['partitions'][number]

/** What a broker has sent of a partition. */
export interface Fetched {
  readonly partition: number
  /** Where it goes on: also behind what is no message, such as the end of a transaction. */
  readonly next: number
  readonly messages: readonly KafkaMessage[]
  readonly bytes: number
}

/** Bits of a batch's attributes. */
const TRANSACTIONAL = 1 << 4
const CONTROL = 1 << 5
const ABORT = 0

/** Messages from an offset on, without those of transactions that were given up. */
export function readBatches(topic: string, fetched: FetchedPartition, from: number): Fetched {
  const { partitionIndex: partition, records: batches = [] } = fetched
  // As the broker knows them: each is there from its first offset on, until its end is marked.
  const given = [...(fetched.abortedTransactions ?? [])].sort((a, b) => Number(a.firstOffset - b.firstOffset))
  const aborted = new Set<bigint>()
  const messages: KafkaMessage[] = []
  let [next, bytes] = [from, 0]
  for (const batch of batches) {
    const last = batch.firstOffset + BigInt(batch.lastOffsetDelta)
    while (given.length > 0 && given[0]!.firstOffset <= last) aborted.add(given.shift()!.producerId)
    bytes += batch.length
    if (isControl(batch)) {
      if (batch.records[0]?.key?.readInt16BE(2) === ABORT) aborted.delete(batch.producerId)
    } else if (!(isTransactional(batch) && aborted.has(batch.producerId))) {
      for (const record of batch.records) {
        const message = messageOf(topic, partition, batch, record)
        // A batch is sent as a whole, from before the offset that was asked for.
        if (message.offset >= from) messages.push(message)
      }
    }
    next = Math.max(next, Number(last) + 1)
  }
  return { partition, next, messages, bytes }
}

function isControl({ attributes }: RecordsBatch): boolean {
  return (attributes & CONTROL) !== 0
}

function isTransactional({ attributes }: RecordsBatch): boolean {
  return (attributes & TRANSACTIONAL) !== 0
}

function messageOf(topic: string, partition: number, batch: RecordsBatch, record: KafkaRecord): KafkaMessage {
  const { key, value, headers, offsetDelta, timestampDelta } = record
  const found: Record<string, Buffer> = {}
  for (const [name, content] of headers)
    if (name !== null && content !== null) found[name.toString()] = content
  return {
    topic,
    partition,
    offset: Number(batch.firstOffset) + offsetDelta,
    timestamp: Number(batch.firstTimestamp + timestampDelta),
    key,
    value,
    headers: found,
  }
}
