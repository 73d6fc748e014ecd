/** A message that is to be published. */
export interface OutgoingMessage {
  readonly subject: string
  readonly headers: Readonly<Record<string, string>> | undefined
  readonly data: Uint8Array
}

/** Bytes of the two lengths before each message. */
const LENGTHS = 8

/** Messages one behind the other in one piece of memory, so that a checkpoint holds few objects. */
export function pack(messages: readonly OutgoingMessage[]): Uint8Array {
  const heads = messages.map(({ subject, headers }) =>
    Buffer.from(JSON.stringify([subject, headers ?? null])),
  )
  const size = messages.reduce(
    (sum, { data }, index) => sum + LENGTHS + heads[index]!.length + data.length,
    0,
  )
  const bytes = new Uint8Array(size)
  const view = new DataView(bytes.buffer)
  let at = 0
  for (const [index, { data }] of messages.entries()) {
    const head = heads[index]!
    view.setUint32(at, head.length)
    view.setUint32(at + 4, data.length)
    bytes.set(head, at + LENGTHS)
    bytes.set(data, at + LENGTHS + head.length)
    at += LENGTHS + head.length + data.length
  }
  return bytes
}

export function unpack(bytes: Uint8Array): readonly OutgoingMessage[] {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const messages: OutgoingMessage[] = []
  for (let at = 0; at < bytes.length;) {
    const head = at + LENGTHS
    const data = head + view.getUint32(at)
    const end = data + view.getUint32(at + 4)
    const [subject, headers] = JSON.parse(Buffer.from(bytes.subarray(head, data)).toString()) as [
      string,
      Record<string, string> | null,
    ]
    messages.push({ subject, headers: headers ?? undefined, data: bytes.subarray(data, end) })
    at = end
  }
  return messages
}
