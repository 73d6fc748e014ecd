/** What a command says to whoever called it. */
export const exitCodes = {
  done: 0,
  failed: 1,
  usage: 2,
  notFound: 3,
  unreachable: 4,
  /** A job was waited for, and was stopped. */
  stopped: 5,
  /** A job was waited for, and was cancelled. */
  cancelled: 6,
  /** A job was waited for, and was not over in time: as `timeout` of coreutils has it. */
  timedOut: 124,
  interrupted: 130,
} as const

/** Of `jobmanager status`: as init scripts have it. */
export const statusExitCodes = {
  running: 0,
  /** It has ended without being stopped. */
  died: 1,
  stopped: 3,
  /** Its process is there, but does not answer, or not yet, or not any more. */
  unknown: 4,
} as const

/** By the codes of errors: an error's class would have to be loaded. */
const codesOfErrors: Readonly<Record<string, number>> = {
  ERR_INVALID_ARGUMENT: exitCodes.usage,
  ERR_CONFIRMATION: exitCodes.usage,
  ERR_AMBIGUOUS_JOB: exitCodes.usage,
  ERR_AMBIGUOUS_WEBHOOK: exitCodes.usage,
  ERR_WEBHOOK_ADDRESS: exitCodes.usage,
  ERR_JOB_NOT_FOUND: exitCodes.notFound,
  ERR_JOB_DELETED: exitCodes.notFound,
  ERR_WEBHOOK_NOT_FOUND: exitCodes.notFound,
  ERR_PROVIDER_NOT_FOUND: exitCodes.notFound,
  ERR_SERVER_UNREACHABLE: exitCodes.unreachable,
  ERR_ENGINE_UNAVAILABLE: exitCodes.unreachable,
  ERR_RAY_UNAVAILABLE: exitCodes.unreachable,
  ERR_INTERRUPTED: exitCodes.interrupted,
}

/** The exit code of a command that ended with this error. */
export function exitCodeOfError(error: unknown): number {
  const code = error instanceof Error ? (error as { code?: unknown }).code : undefined
  return (typeof code === 'string' ? codesOfErrors[code] : undefined) ?? exitCodes.failed
}

/** From what is done to what is worst, where one call is about several jobs. */
const byWeight: readonly number[] = [
  exitCodes.done,
  exitCodes.notFound,
  exitCodes.usage,
  exitCodes.failed,
  exitCodes.unreachable,
  exitCodes.interrupted,
]

export const worseOf = (a: number, b: number): number => (byWeight.indexOf(b) > byWeight.indexOf(a) ? b : a)
