import type { JetStream } from '../../nats/jetstream.ts'

/** The number of the last message of these subjects; 0: there is none. */
export async function lastOf(js: JetStream, stream: string, filters: readonly string[]): Promise<number> {
  const found = await Promise.all(filters.map((filter) => js.last(stream, filter)))
  return Math.max(0, ...found.map((message) => message?.seq ?? 0))
}

/** Whether the stream still has a message of these subjects behind one number, up to another. */
export async function isAnyLeft(
  js: JetStream,
  stream: string,
  filters: readonly string[],
  after: number,
  upTo: number,
): Promise<boolean> {
  const found = await Promise.all(filters.map((filter) => js.first(stream, filter, after + 1)))
  return found.some((message) => message !== null && message.seq <= upTo)
}

/** The number from which on messages were stored since a time; behind the last one if none was. */
export async function firstSince(js: JetStream, stream: string, time: number): Promise<number> {
  const name = js.link.unique()
  // A consumer knows where it begins; it is asked for nothing else.
  const made = await js.call('make a consumer', `CONSUMER.CREATE.${stream}.${name}`, {
    stream_name: stream,
    action: 'create',
    config: {
      name,
      deliver_policy: 'by_start_time',
      opt_start_time: new Date(time).toISOString(),
      ack_policy: 'none',
      mem_storage: true,
      num_replicas: 1,
      inactive_threshold: 5_000_000_000,
    },
  })
  await js.call('delete a consumer', `CONSUMER.DELETE.${stream}.${name}`, null).catch(() => {})
  return (made as { delivered: { stream_seq: number } }).delivered.stream_seq + 1
}
