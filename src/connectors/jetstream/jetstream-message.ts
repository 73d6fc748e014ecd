import type { Delivery } from '../../nats/log/edge-consumer.ts'

/** A message of a stream. */
export interface JetStreamMessage {
  readonly subject: string
  /** Its number in the stream, which is a safe id: no other message ever has it. */
  readonly sequence: number
  /** When the server stored it, in milliseconds since the epoch. */
  readonly time: number
  readonly data: Buffer
  /** The first value of each, by its name as it was sent. */
  readonly headers: Readonly<Record<string, string>>
}

const noHeaders: Readonly<Record<string, string>> = Object.freeze({})

export function messageOf({ seq, message }: Delivery): JetStreamMessage {
  const { subject, data, reply = '' } = message
  return {
    subject,
    sequence: seq,
    time: timeOf(reply),
    data: Buffer.from(data.buffer, data.byteOffset, data.byteLength),
    headers: message.headers === undefined ? noHeaders : headersOf(message.headers),
  }
}

function headersOf(headers: Iterable<[string, string[]]>): Record<string, string> {
  const found: Record<string, string> = {}
  for (const [name, [value = '']] of headers) found[name] = value
  return found
}

/** Of `$JS.ACK.(<domain>.<account>.)<stream>.<consumer>.<tries>.<seq>.<count>.<nanoseconds>.<pending>`. */
function timeOf(reply: string): number {
  const words = reply.split('.')
  return Math.floor(Number(words[words.length > 9 ? 9 : 7]) / 1_000_000)
}
