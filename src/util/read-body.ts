export interface ReadBodyOptions {
  /** Makes the error of a body that is longer. Without it the beginning is the answer. */
  readonly tooLong?: () => Error
  /** Told of each part that arrives. */
  readonly onBytes?: ((bytes: number) => void) | undefined
}

/** The body of an answer, at most `limit` bytes. Of a longer one the rest is cancelled. */
export async function readBody(
  { body }: Response,
  limit: number,
  { tooLong, onBytes }: ReadBodyOptions = {},
): Promise<Uint8Array<ArrayBuffer>> {
  if (body === null) return new Uint8Array()
  const reader = body.getReader()
  const chunks: Uint8Array[] = []
  let size = 0
  for (;;) {
    const { done, value } = (await reader.read()) as { done: boolean; value?: Uint8Array }
    if (done || value === undefined) break
    chunks.push(value)
    size += value.length
    onBytes?.(value.length)
    if (size <= limit) continue
    await reader.cancel()
    if (tooLong !== undefined) throw tooLong()
    break
  }
  const bytes = new Uint8Array(size)
  let offset = 0
  for (const chunk of chunks) {
    bytes.set(chunk, offset)
    offset += chunk.length
  }
  return bytes.subarray(0, limit)
}
