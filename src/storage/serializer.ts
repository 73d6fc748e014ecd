import { DefaultDeserializer, serialize } from 'node:v8'

/** Turns state into bytes and back. What comes back shares no memory with the bytes. */
export interface Serializer {
  /** Throws when the value holds what cannot be written, such as a function. */
  serialize(value: unknown): Uint8Array
  /** Throws when the bytes are not what `serialize` gave. */
  deserialize(bytes: Uint8Array): unknown
}

/**
 * V8's structured clone: plain data, Map, Set, Date, RegExp, Error, bigint, typed arrays, Buffer, and references that
 * are shared or circular. Instances of classes come back as plain objects. Later versions of V8 read what earlier ones
 * wrote.
 */
export const v8Serializer: Serializer = {
  serialize,
  deserialize(bytes) {
    const deserializer = new CopyingDeserializer(bytes)
    deserializer.readHeader()
    return deserializer.readValue() as unknown
  },
}

type View = Buffer | DataView | Uint8Array

/** Node's own gives views on the bytes it reads, so that one small array would keep a whole segment in memory. */
export class CopyingDeserializer extends DefaultDeserializer {
  _readHostObject(): View {
    const view = (super['_readHostObject' as never] as () => View).call(this)
    if (Buffer.isBuffer(view)) return Buffer.from(view)
    if (view instanceof DataView) {
      return new DataView(view.buffer.slice(view.byteOffset, view.byteOffset + view.byteLength))
    }
    return view.slice()
  }
}
