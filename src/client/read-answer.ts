import type { z } from 'zod'
import { type Problem, problemSchema } from '../protocol/problem.ts'
import { ProtocolError } from './client-errors.ts'
import { readBody } from '../util/read-body.ts'
import { withFailure } from './passing-failure.ts'

/** Bytes of an answer in JSON that are read. */
const ANSWER_BYTES = 64 * 2 ** 20
/** Bytes of a refusal that are read. */
const REFUSAL_BYTES = 2 ** 20
/** Places of an answer that does not fit which a message names. */
const SHOWN = 3

/**
 * The body, of which each part that arrives is told.
 * @throws ProtocolError when it has more than `limit` bytes.
 */
export function readBytes(
  response: Response,
  label: string,
  limit: number,
  onBytes?: (bytes: number) => void,
): Promise<Uint8Array<ArrayBuffer>> {
  const tooLong = (): Error =>
    new ProtocolError(`${label} was answered with more than ${limit} bytes`, {
      remedy: 'Ask for less at a time.',
    })
  return readBody(response, limit, { tooLong, onBytes })
}

/** @throws ProtocolError when it is no JSON, or does not fit. */
export async function readJson<T>(response: Response, label: string, schema: z.ZodType<T>): Promise<T> {
  const text = new TextDecoder().decode(await readBytes(response, label, ANSWER_BYTES))
  return parseAs(text, label, schema)
}

/** @throws ProtocolError when it is no JSON, or does not fit. */
export function parseAs<T>(text: string, label: string, schema: z.ZodType<T>): T {
  let json: unknown
  try {
    json = JSON.parse(text)
  } catch (cause) {
    const error = new ProtocolError(`${label} was answered with what is no JSON`, {
      cause,
      remedy: otherServer,
    })
    // A proxy may answer instead of the server, and stop doing so.
    throw withFailure(error, { passing: true, maybeDone: true })
  }
  const { success, data, error } = schema.safeParse(json)
  if (success) return data
  const places = error.issues
    .slice(0, SHOWN)
    .map(({ path, message }) => `\n  at ${path.length === 0 ? 'the top' : path.join('.')}: ${message}`)
  throw new ProtocolError(`${label} was answered with what does not fit the protocol${places.join('')}`, {
    cause: error,
    remedy: otherServer,
  })
}

const otherServer =
  'Look whether a job server listens there, and whether it is of the version of this client.'

/** What a refusal says, if it says it as the protocol has it. Never throws for what it holds. */
export async function readProblem(response: Response, label: string): Promise<Problem | undefined> {
  try {
    const text = new TextDecoder().decode(await readBytes(response, label, REFUSAL_BYTES))
    return problemSchema.safeParse(JSON.parse(text)).data
  } catch {
    return undefined
  }
}
