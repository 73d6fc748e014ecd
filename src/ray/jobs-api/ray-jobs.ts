import { RayError, RayUnavailableError } from '../../errors/ray-errors.ts'
import { reasonOf } from '../../errors/reason-of.ts'
import { type Answer, exchange } from './exchange.ts'
import type { RayConnection } from './ray-connection.ts'
import type { RayJob, RayJobRequest } from './ray-job.ts'

/** Versions of the API of jobs that this speaks; Ray 2.0 has 1, and 2.60 has 4. */
const OLDEST = 1
/** Characters of what Ray says of a refusal: the end of a trace of Python, where the reason is. */
const SHOWN = 600

interface Call {
  readonly json?: unknown
  readonly body?: Uint8Array<ArrayBuffer>
  /** Statuses beside 2xx that are an answer. */
  readonly also?: readonly number[]
}

/** The jobs and packages of a Ray cluster, over its REST API. Every call @throws RayUnavailableError, RayError. */
export class RayJobs {
  readonly #connection: RayConnection

  constructor(connection: RayConnection) {
    this.#connection = connection
  }

  get address(): string {
    return this.#connection.url
  }

  /** The version of Ray. */
  async version(): Promise<string> {
    const { status, text } = await this.#call('GET', '/api/version', { also: [401, 403, 404, 405] })
    const { version, ray_version: rayVersion } = (status === 200 ? parsed(text) : {}) as {
      version?: unknown
      ray_version?: unknown
    }
    if (status === 401 || status === 403) throw refused(`GET ${this.address}/api/version`, { status, text })
    if (typeof rayVersion === 'string' && Number(version) >= OLDEST) return rayVersion
    throw new RayUnavailableError(`What answers at ${this.address} is not a Ray that takes jobs.`, {
      remedy:
        'Pass the address of its dashboard, port 8265 unless told otherwise, of a Ray of version 2 that was installed as ray[default].',
    })
  }

  /** Uploads a package, unless it is there. Keeps it there for some minutes, for jobs to take hold of it. */
  async ensurePackage(name: string, bytes: Uint8Array<ArrayBuffer>): Promise<void> {
    const path = `/api/packages/gcs/${name}`
    const { status } = await this.#call('GET', path, { also: [404] })
    if (status === 404) await this.#call('PUT', path, { body: bytes })
  }

  async submit(request: RayJobRequest): Promise<void> {
    try {
      await this.#call('POST', '/api/jobs/', { json: request })
    } catch (error) {
      // The answer may have been lost, not the request.
      if ((await this.job(request.submission_id).catch(() => null)) === null) throw error
    }
  }

  /** Null where there is none. */
  async job(id: string): Promise<RayJob | null> {
    const { status, text } = await this.#call('GET', `/api/jobs/${id}`, { also: [404] })
    return status === 404 ? null : (parsed(text) as RayJob)
  }

  async jobs(): Promise<readonly RayJob[]> {
    const { text } = await this.#call('GET', '/api/jobs/')
    return parsed(text) as readonly RayJob[]
  }

  /** What a job has written so far. */
  async logs(id: string): Promise<string> {
    const { status, text } = await this.#call('GET', `/api/jobs/${id}/logs`, { also: [404] })
    return status === 404 ? '' : ((parsed(text) as { logs?: string | null }).logs ?? '')
  }

  /** Asks a job to end. One that is over, or was never there, is left alone. */
  async stop(id: string): Promise<void> {
    await this.#call('POST', `/api/jobs/${id}/stop`, { also: [404] })
  }

  /** Forgets a job that is over. */
  async delete(id: string): Promise<void> {
    await this.#call('DELETE', `/api/jobs/${id}`, { also: [404] })
  }

  async #call(method: string, path: string, { json, body, also = [] }: Call = {}): Promise<Answer> {
    const { url } = this.#connection
    const type = json === undefined ? 'application/octet-stream' : 'application/json'
    const sent = json === undefined ? body : JSON.stringify(json)
    const headers = sent === undefined ? {} : { 'content-type': type }
    const answer = await exchange(this.#connection, { method, path, headers, body: sent ?? '' }).catch(
      (error: unknown) => {
        throw unanswered(url, error)
      },
    )
    if ((answer.status >= 200 && answer.status < 300) || also.includes(answer.status)) return answer
    throw refused(`${method} ${url}${path}`, answer)
  }
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return {}
  }
}

function unanswered(url: string, error: unknown): RayUnavailableError {
  // Where a name has several addresses none of which answers, there is no message.
  const reason = (error as Error).message || (error as { code?: string }).code
  return new RayUnavailableError(`Ray does not answer at ${url}: ${reasonOf(reason)}`, {
    remedy:
      "Pass the address of Ray's dashboard, as in http://head:8265, and see that it listens there: ray start --head --dashboard-host=0.0.0.0.",
    cause: error,
  })
}

function refused(call: string, { status, text }: Answer): RayError {
  const said = text.trim()
  const shown = said.length <= SHOWN ? said : `…${said.slice(1 - SHOWN)}`
  const isLocked = status === 401 || status === 403
  return new RayError(`Ray has answered ${call} with ${status}${shown === '' ? '' : `: ${shown}`}`, {
    remedy: isLocked
      ? 'Pass what it wants as { token }, or as { headers } where there is a proxy before it.'
      : "See what it says, and the log of Ray's dashboard on its head.",
  })
}
