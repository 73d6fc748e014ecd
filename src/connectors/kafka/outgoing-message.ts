import type { MessageToProduce } from '@platformatic/kafka'
import type { PackedMessage } from '../common/packed-messages.ts'

/** A message that is to be sent. */
export type OutgoingMessage = PackedMessage<OutgoingHead>

export interface OutgoingHead {
  /** In base64. */
  readonly key?: string
  readonly partition?: number
  readonly headers?: Readonly<Record<string, string>>
  /** There is no value: what the key stands for is gone. */
  readonly isNull?: true
}

/** What a message takes beside key and value, about. */
export const OVERHEAD = 128
/** Bytes of one request: with what they take beside, less than a broker takes by default. */
const REQUEST_BYTES = 512 * 1024
const REQUEST_MESSAGES = 2_000

/** How the client wants it. */
export function produced(topic: string, { head, data }: OutgoingMessage): MessageToProduce {
  const { key, partition, headers, isNull } = head
  return {
    topic,
    ...(isNull === true ? {} : { value: Buffer.from(data.buffer, data.byteOffset, data.byteLength) }),
    ...(key === undefined ? {} : { key: Buffer.from(key, 'base64') }),
    ...(partition === undefined ? {} : { partition }),
    ...(headers === undefined
      ? {}
      : {
          headers: new Map(
            Object.entries(headers).map(([name, text]) => [Buffer.from(name), Buffer.from(text)]),
          ),
        }),
  }
}

/** Cut so that a broker takes each. */
export function* inRequests(messages: readonly OutgoingMessage[]): Generator<readonly OutgoingMessage[]> {
  let [from, bytes] = [0, 0]
  for (const [index, { data }] of messages.entries()) {
    const size = data.length + OVERHEAD
    if (index > from && (bytes + size > REQUEST_BYTES || index - from === REQUEST_MESSAGES)) {
      yield messages.slice(from, index)
      ;[from, bytes] = [index, 0]
    }
    bytes += size
  }
  if (from < messages.length) yield messages.slice(from)
}
