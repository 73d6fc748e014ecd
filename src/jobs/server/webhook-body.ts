import { Deadline } from '../../client/deadline.ts'
import { boundedBody } from './bounded-body.ts'
import { busy, Refusal } from './refusal.ts'
import type { ServerContext, ServerRequest } from './server-context.ts'

/** Milliseconds for a body to arrive: anybody may begin one. */
const DEADLINE = 10_000
/** Bodies that are read at the same time. */
const MOST_READ = 64
/** Milliseconds after which a sender may come again where there are more. */
const LATER = 1000

type Read = (request: ServerRequest, bad: (why: string) => void) => Promise<Uint8Array>

/**
 * Reads bodies of webhooks as they are, in bounded memory. `bad` is called before what is the sender's fault is refused.
 * @throws a refusal: 413, 415; 503 where too many are being read; 400 for one that breaks off or is too slow
 */
export function webhookBody({ limits, clock }: Pick<ServerContext, 'limits' | 'clock'>): Read {
  let reading = 0
  return async (c, bad) => {
    if (!/^application\/json\s*(;|$)/i.test(c.req.header('content-type') ?? '')) {
      bad('its Content-Type is not application/json')
      throw new Refusal(415, 'ERR_MEDIA_TYPE', 'The body is not JSON, by its Content-Type.', close)
    }
    if (Number(c.req.header('content-length') ?? 0) > limits.webhookBytes)
      throw tooLarge(limits.webhookBytes, bad)
    if (reading >= MOST_READ) throw busy('Too many webhooks arrive at the same time.', LATER)
    reading++
    const { body } = c.req.raw
    const deadline = new Deadline(clock, DEADLINE, [])
    const parts: Uint8Array[] = []
    try {
      await deadline.run(async () => {
        for await (const part of boundedBody(body, limits.webhookBytes, (most) => tooLarge(most, bad)))
          parts.push(part)
      })
    } catch (error) {
      if (error instanceof Refusal) throw error
      bad('its body took too long')
      throw new Refusal(
        400,
        'ERR_INVALID_ARGUMENT',
        `The body took more than ${DEADLINE / 1000} s to arrive.`,
        close,
      )
    } finally {
      reading--
    }
    return Buffer.concat(parts)
  }
}

/** The rest of a body that is refused is not read. */
const close = { headers: { Connection: 'close' } }

function tooLarge(limit: number, bad: (why: string) => void): Refusal {
  bad('its body is too large')
  const what = `The body has more than the ${limit} bytes that the server takes.`
  return new Refusal(413, 'ERR_BODY_TOO_LARGE', what, close)
}
