import { ServerUnreachableError } from './client-errors.ts'
import { withFailure } from './passing-failure.ts'

/** Codes of a request that was not sent: there was no connection to send it over. */
const unsent = new Set([
  'ECONNREFUSED',
  'ENOTFOUND',
  'EAI_AGAIN',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'EADDRNOTAVAIL',
  'UND_ERR_CONNECT_TIMEOUT',
])

/** No answer, or half of one: nobody there, a broken connection, a timeout; or a request that cannot be sent at all. */
export function unreachable(base: URL, label: string, error: unknown): ServerUnreachableError {
  // What fetch throws of the network says 'fetch failed'; why, says its cause. Without one it complains of the request.
  const ours = error instanceof TypeError && error.cause === undefined && error.message !== 'terminated'
  const { code, why } = reason(error)
  const port = Number(base.port === '' ? (base.protocol === 'https:' ? 443 : 80) : base.port)
  const host = base.hostname
  const nobody = unsent.has(code)
  const message = nobody
    ? `there is no job server at ${host}:${port}: ${why}`
    : `the job server at ${host}:${port} gave no answer to ${label}: ${why}`
  const remedy = nobody
    ? 'Start one with `millrace jobmanager start`, or pass the host and port of one that runs.'
    : 'Look whether it is well with `millrace jobmanager status`; raise timeout if it needs longer.'
  return withFailure(new ServerUnreachableError(message, { host, port, cause: error, remedy }), {
    passing: !ours,
    maybeDone: !nobody,
  })
}

interface NetworkError {
  readonly code?: string
  readonly message?: string
  /** Of a name with several addresses, all of which failed. */
  readonly errors?: readonly NetworkError[]
}

function reason(error: unknown): { readonly code: string; readonly why: string } {
  const { cause = error } = Object(error) as { cause?: unknown }
  const all = Object(cause) as NetworkError
  const first = all.errors?.[0] ?? all
  const code = first.code ?? all.code ?? ''
  return { code, why: first.message || code || 'unknown' }
}
