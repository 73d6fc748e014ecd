/** What is to be sent: its content, and beside it what JSON knows. */
export interface PackedMessage<H> {
  readonly head: H
  readonly data: Uint8Array
}

/** Bytes of the two lengths before each message. */
const LENGTHS = 8

/** Messages one behind the other in one piece of memory, so that a checkpoint holds few objects. */
export function pack<H>(messages: readonly PackedMessage<H>[]): Uint8Array {
  const heads = messages.map(({ head }) => Buffer.from(JSON.stringify(head)))
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

export function unpack<H>(bytes: Uint8Array): readonly PackedMessage<H>[] {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const messages: PackedMessage<H>[] = []
  for (let at = 0; at < bytes.length;) {
    const head = at + LENGTHS
    const data = head + view.getUint32(at)
    const end = data + view.getUint32(at + 4)
    const text = Buffer.from(bytes.subarray(head, data)).toString()
    messages.push({ head: JSON.parse(text) as H, data: bytes.subarray(data, end) })
    at = end
  }
  return messages
}
