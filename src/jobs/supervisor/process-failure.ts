import {
  JobOutOfMemoryError,
  JobProcessError,
  JobUnresponsiveError,
} from '../../errors/job-process-errors.ts'
import type { MillraceError } from '../../errors/millrace-error.ts'
import { toWireError } from '../../protocol/wire-error-codec.ts'
import type { WireError } from '../../protocol/wire-error.ts'
import type { ProcessEnd } from './spawned-process.ts'

/** Why the server killed a process. */
export type KillReason = 'memory' | 'silence' | 'stop-timeout' | 'cancel-timeout' | 'lingering' | 'closing'

/** How a process ended that left no outcome. */
export interface ProcessFailure {
  /** A clause about the process, for a sentence that begins with "Its process". */
  readonly clause: string
  readonly error: WireError
}

export interface FailureDetails {
  readonly memoryMb: number
  /** Milliseconds without a sign of life. */
  readonly heartbeatTimeout: number
  readonly killed: KillReason | null
  readonly lastWords?: WireError | undefined
}

const look = 'look at the last lines of its log'

export function processFailure(end: ProcessEnd, details: FailureDetails): ProcessFailure {
  const { killed, memoryMb, heartbeatTimeout, lastWords } = details
  const failed = (
    clause: string,
    make: (message: string, remedy: string) => MillraceError,
    remedy: string,
  ): ProcessFailure => ({
    clause,
    error: {
      ...wireErrorOf(make(`The job's process ${clause}.`, remedy)),
      ...(lastWords && { cause: lastWords }),
    },
  })
  if (killed === 'memory' || end.heapExhausted) {
    const clause = `ran out of memory: it may have ${memoryMb} MB`
    const remedy = 'let it keep less in state or in flight, or submit it with a larger memoryMb'
    return failed(clause, (message, remedy) => new JobOutOfMemoryError(message, { remedy }), remedy)
  }
  if (killed === 'silence') {
    const clause = `gave no sign of life for ${heartbeatTimeout} ms and was killed`
    const remedy =
      'look for a loop in the program that never awaits; split long work up, or move it to a worker'
    return failed(clause, (message, remedy) => new JobUnresponsiveError(message, { remedy }), remedy)
  }
  const crashed = (message: string, remedy: string): JobProcessError =>
    new JobProcessError(message, { remedy })
  if (killed !== null)
    return failed(killedBecause[killed], crashed, killed === 'stop-timeout' ? 'raise stopTimeout' : look)
  if (end.signal !== null) return failed(`was ended by ${end.signal}${mayMean(end.signal)}`, crashed, look)
  return failed(`exited with code ${end.code ?? 'unknown'} before the job was over`, crashed, look)
}

const killedBecause: Readonly<Record<Exclude<KillReason, 'memory' | 'silence'>, string>> = {
  'stop-timeout': 'did not end in time when it was told to stop, and was killed',
  'cancel-timeout': 'did not end in time when it was cancelled, and was killed',
  lingering: 'did not end when the job was over, and was killed',
  closing: 'was killed because the server was closed',
}

function mayMean(signal: NodeJS.Signals): string {
  if (signal === 'SIGKILL') return ', as the system does when it is short of memory'
  return signal === 'SIGABRT' || signal === 'SIGSEGV' ? ', as in a crash of native code' : ''
}

/** Without its stack, which tells of the server. */
export function wireErrorOf(error: unknown): WireError {
  const { stack, ...rest } = toWireError(error)
  return rest
}
