import type { MiddlewareHandler } from 'hono'
import { boundedBody } from './bounded-body.ts'
import { Refusal } from './refusal.ts'
import type { ServerEnv } from './server-context.ts'

const tooLarge = (limit: number): Refusal =>
  new Refusal(413, 'ERR_BODY_TOO_LARGE', `The body has more than the ${limit} bytes that the server takes.`, {
    // The rest of it is not read.
    headers: { Connection: 'close' },
  })

/** Reads the body of a POST or PATCH, which is JSON or nothing, as far as the limit. */
export function jsonBody(limit: number): MiddlewareHandler<ServerEnv> {
  return async (c, next) => {
    if (c.req.method === 'POST' || c.req.method === 'PATCH') {
      if (Number(c.req.header('content-length') ?? 0) > limit) throw tooLarge(limit)
      const text = await readText(c.req.raw.body, limit)
      const isJson = /^application\/json\s*(;|$)/i.test(c.req.header('content-type') ?? '')
      if (text !== '' && !isJson) {
        throw new Refusal(415, 'ERR_MEDIA_TYPE', 'The body is not JSON, by its Content-Type.', {
          remedy: 'Send `Content-Type: application/json`.',
        })
      }
      // What Hono's `json()` and `text()` look at first. Some clients say JSON and send nothing.
      c.req.bodyCache.text = Promise.resolve(text === '' && isJson ? '{}' : text) as never
    }
    await next()
  }
}

async function readText(body: ReadableStream<Uint8Array> | null, limit: number): Promise<string> {
  const decoder = new TextDecoder()
  let text = ''
  for await (const chunk of boundedBody(body, limit, tooLarge))
    text += decoder.decode(chunk, { stream: true })
  return text + decoder.decode()
}
