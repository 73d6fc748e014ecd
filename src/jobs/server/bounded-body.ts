import { Refusal } from './refusal.ts'

/** The bytes of a request's body, as they are asked for, up to a limit. @throws what `tooLarge` makes; a refusal. */
export async function* boundedBody(
  body: ReadableStream<Uint8Array> | null,
  limit: number,
  tooLarge: (limit: number) => Error,
): AsyncGenerator<Uint8Array, void, void> {
  if (body === null) return
  const reader = body.getReader()
  let size = 0
  try {
    for (;;) {
      const { done, value } = await reader.read().catch(brokeOff)
      if (done) return
      size += value.byteLength
      if (size > limit) throw tooLarge(limit)
      yield value
    }
  } finally {
    // Of a body that was not read to its end the rest is not wanted; of one that was, this does nothing.
    await reader.cancel().catch(() => {})
  }
}

/** Nobody is there to be told, but for the log, where it is no failure of the server. */
function brokeOff(error: unknown): never {
  throw new Refusal(400, 'ERR_INVALID_ARGUMENT', 'The request broke off in the middle.', { cause: error })
}
