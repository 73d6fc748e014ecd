const encoder = new TextEncoder()
const decoder = new TextDecoder()

/** What processes of a cluster write and say, but for where they say otherwise. */
export function toJson(value: unknown): Uint8Array {
  return encoder.encode(JSON.stringify(value))
}

/** @throws SyntaxError */
export function fromJson<T>(bytes: Uint8Array): T {
  return JSON.parse(decoder.decode(bytes)) as T
}
