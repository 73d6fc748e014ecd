import type { Msg, MsgHdrs } from '@nats-io/transport-node'
import { EngineError } from '../errors/cluster-errors.ts'
import type { Link } from './link.ts'

interface ApiError {
  readonly code: number
  readonly err_code?: number
  readonly description: string
}

const WRONG_LAST_SEQUENCE: readonly number[] = [10_071, 10_164]

/** JetStream has heard a request and refused it. */
export class Refusal extends EngineError {
  /** Of JetStream's own list. */
  readonly errCode: number
  /**
   * It may go well a little later: there is no leader at the moment, say. A wrong last sequence is one that was written, or
   * that is being written: a look at what is there tells, now or later.
   */
  readonly passing: boolean

  constructor(what: string, { code, err_code = 0, description }: ApiError) {
    super(`NATS refused to ${what}: ${description} (${err_code})`)
    this.name = 'EngineError'
    this.errCode = err_code
    this.passing = code === 503 || WRONG_LAST_SEQUENCE.includes(err_code)
  }
}

const STREAM_NOT_FOUND = 10_059
const NO_MESSAGE = 10_037
const encoder = new TextEncoder()
const nothing = new Uint8Array(0)

/** What a stream has under a subject. */
export interface Stored {
  readonly seq: number
  readonly headers: ReadonlyMap<string, string>
  readonly bytes: Uint8Array
}

export interface PubAck {
  readonly seq: number
}

/** JetStream's API, as far as we need it. Everything here may be done twice; what cannot is in PubAcks. */
export class JetStream {
  readonly link: Link

  constructor(link: Link) {
    this.link = link
  }

  /** @param what as in "refused to ..." */
  async call(
    what: string,
    subject: string,
    body: object | null,
    patience?: number,
  ): Promise<Record<string, unknown>> {
    const bytes = body === null ? nothing : encoder.encode(JSON.stringify(body))
    return await this.link.patiently(async () => {
      const answer = await this.link.request(`$JS.API.${subject}`, bytes)
      return checked(what, answer)
    }, patience)
  }

  /** Publishes a message and waits until it is stored. @throws Refusal, LinkError: it may be stored. */
  async publish(subject: string, bytes: Uint8Array, headers?: MsgHdrs): Promise<PubAck> {
    return checked('store a message', await this.link.request(subject, bytes, headers)) as unknown as PubAck
  }

  /** The last message of a subject, as the leader of the stream has it: never stale. */
  last(stream: string, subject: string, patience?: number): Promise<Stored | null> {
    return this.#stored(stream, { last_by_subj: subject }, patience)
  }

  /** The first message of a subject from one on, as the leader of the stream has it. */
  first(stream: string, subject: string, from: number): Promise<Stored | null> {
    return this.#stored(stream, { next_by_subj: subject, seq: from })
  }

  async #stored(stream: string, query: object, patience?: number): Promise<Stored | null> {
    try {
      const { message } = await this.call('read a message', `STREAM.MSG.GET.${stream}`, query, patience)
      return fromJson(message as JsonMessage)
    } catch (error) {
      if (error instanceof Refusal && error.errCode === NO_MESSAGE) return null
      throw error
    }
  }

  /** The last message of a subject, as any copy of the stream has it: it may lack what is new. */
  async anyLast(stream: string, subject: string): Promise<Uint8Array | null> {
    const bytes = encoder.encode(JSON.stringify({ last_by_subj: subject }))
    const { headers, data } = await this.link.patiently(() =>
      this.link.request(`$JS.API.DIRECT.GET.${stream}`, bytes),
    )
    if (headers !== undefined && headers.code > 0) {
      if (headers.code === 404) return null
      throw new Refusal('read a message', { code: headers.code, description: headers.description })
    }
    return data
  }

  /** Subjects and how many messages each has. */
  async subjects(stream: string, filter: string): Promise<Map<string, number>> {
    const found = new Map<string, number>()
    for (;;) {
      const { state, total } = (await this.call('count messages', `STREAM.INFO.${stream}`, {
        subjects_filter: filter,
        offset: found.size,
      })) as unknown as { state: { subjects?: Record<string, number> }; total?: number }
      const page = Object.entries(state.subjects ?? {})
      for (const [subject, count] of page) found.set(subject, count)
      if (page.length === 0 || found.size >= (total ?? 0)) return found
    }
  }

  /** Lets go of messages of subjects, up to one. */
  async purge(stream: string, filter: string, upTo?: number): Promise<void> {
    await this.call('let go of messages', `STREAM.PURGE.${stream}`, {
      filter,
      ...(upTo === undefined ? {} : { seq: upTo + 1 }),
    })
  }

  /** Null: there is none. */
  async info(stream: string): Promise<Record<string, unknown> | null> {
    return await unlessMissing(async () => {
      const { config } = await this.call('look at a stream', `STREAM.INFO.${stream}`, null)
      return config as Record<string, unknown>
    })
  }

  async create(config: {
    readonly name: string
    readonly [key: string]: unknown
  }): Promise<Record<string, unknown>> {
    const answer = await this.call('make a stream', `STREAM.CREATE.${config.name}`, config)
    return answer['config'] as Record<string, unknown>
  }

  async delete(stream: string): Promise<void> {
    await unlessMissing(() => this.call('delete a stream', `STREAM.DELETE.${stream}`, null))
  }
}

async function unlessMissing<T>(run: () => Promise<T>): Promise<T | null> {
  try {
    return await run()
  } catch (error) {
    if (isMissing(error)) return null
    throw error
  }
}

/** The stream is not there. */
export function isMissing(error: unknown): boolean {
  return error instanceof Refusal && error.errCode === STREAM_NOT_FOUND
}

function checked(what: string, answer: Msg): Record<string, unknown> {
  const content = answer.json<{ error?: ApiError }>()
  if (content.error !== undefined) throw new Refusal(what, content.error)
  return content
}

interface JsonMessage {
  readonly seq: number
  readonly hdrs?: string
  readonly data?: string
}

function fromJson({ seq, hdrs = '', data = '' }: JsonMessage): Stored {
  const headers = new Map<string, string>()
  for (const line of Buffer.from(hdrs, 'base64').toString().split('\r\n').slice(1)) {
    const colon = line.indexOf(':')
    if (colon > 0) headers.set(line.slice(0, colon), line.slice(colon + 1).trim())
  }
  return { seq, headers, bytes: Buffer.from(data, 'base64') }
}
