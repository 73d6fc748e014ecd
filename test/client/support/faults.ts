import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Socket } from 'node:net'

/** What becomes of one request, instead of its answer. */
export type Fault =
  /** The connection breaks before anything is done. */
  | 'reset'
  /** What was asked is done, and the connection breaks before the answer. */
  | 'lose'
  /** What was asked is done, and the connection breaks in the middle of the answer. */
  | 'half'
  /** Nothing is done, and no answer comes. */
  | 'hang'
  /** Nothing is done, and this is answered. */
  | { readonly status: number; readonly headers?: Readonly<Record<string, string>>; readonly body?: string }
  /** It is done when the promise resolves. */
  | { readonly until: Promise<unknown> }

/** A problem as a server answers it. */
export const problem = (
  status: number,
  code: string,
  more: {
    readonly detail?: string
    readonly [field: string]: unknown
    readonly headers?: Record<string, string>
  } = {},
): Fault => {
  const { headers = {}, ...fields } = more
  return {
    status,
    headers: { 'content-type': 'application/problem+json', ...headers },
    body: JSON.stringify({
      type: 'about:blank',
      title: 'Refused',
      status,
      detail: 'It was refused.',
      code,
      ...fields,
    }),
  }
}

/** Faults that wait for their requests: each is used once. */
export class Faults {
  readonly #waiting: { readonly matches: (request: string) => boolean; readonly fault: Fault }[] = []

  /** The next request that matches, as in `GET /api/v1/jobs`, meets the first of these faults, and so on. */
  on(request: RegExp, ...faults: readonly Fault[]): void {
    for (const fault of faults) this.#waiting.push({ matches: (text) => request.test(text), fault })
  }

  take(request: string): Fault | undefined {
    const index = this.#waiting.findIndex(({ matches }) => matches(request))
    return index === -1 ? undefined : this.#waiting.splice(index, 1)[0]?.fault
  }

  get left(): number {
    return this.#waiting.length
  }
}

/** Ends a connection as a cable does that is cut. */
export const cut = (socket: Socket): void => void socket.resetAndDestroy()

/** Meets a request with a fault. Resolves to whether it is to be done nevertheless. */
export const meet = async (
  fault: Fault | undefined,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<boolean> => {
  if (fault === undefined) return true
  if (fault === 'hang') return false
  if (fault === 'reset') {
    cut(request.socket)
    return false
  }
  if (fault === 'lose' || fault === 'half') {
    response.end = ((chunk?: string | Buffer) => {
      if (fault === 'lose') cut(request.socket)
      else {
        const bytes = Buffer.from(chunk ?? '')
        response.write(bytes.subarray(0, bytes.length / 2), () => cut(request.socket))
      }
      return response
    }) as ServerResponse['end']
    return true
  }
  if ('until' in fault) {
    await fault.until
    return true
  }
  const { status, headers = {}, body = '' } = fault
  response.writeHead(status, { 'content-length': Buffer.byteLength(body), ...headers }).end(body)
  return false
}
