import type { ErrorDetails, MillraceError } from '../../errors/millrace-error.ts'
import { reasonOf } from '../../errors/reason-of.ts'
import { ThreadLostError, ThreadStartError, ThreadUnresponsiveError } from '../../errors/thread-errors.ts'

export function lostThread(thread: number, what: string, details: ErrorDetails = {}): ThreadLostError {
  return new ThreadLostError(`Thread ${thread} ${what}.`, details)
}

/** It threw, or its heap was full. @param memoryMb what it may have; undefined: Node's own */
export function diedThread(thread: number, error: unknown, memoryMb: number | undefined): ThreadLostError {
  const code = error instanceof Error && 'code' in error ? error.code : undefined
  if (code === 'ERR_WORKER_OUT_OF_MEMORY') {
    const had = memoryMb === undefined ? '' : `: it had ${memoryMb} MB`
    return lostThread(thread, `ran out of memory${had}`, {
      remedy: 'Raise threads: { memoryMb }, hold less in operators there, or use more threads.',
    })
  }
  return lostThread(thread, `threw what nobody caught: ${reasonOf(error)}`, {
    cause: error,
    remedy: 'Catch it where it is thrown, and await every promise.',
  })
}

export function exitedThread(thread: number, code: number): ThreadLostError {
  return lostThread(thread, `exited with code ${code}`, {
    remedy: 'Let nothing there call process.exit: a thread ends when its job does.',
  })
}

/** It ended before it had a part in the job. */
export function notSeated(thread: number, error: MillraceError): ThreadStartError {
  const why = error.message.split('\n')[0]
  return new ThreadStartError(`Thread ${thread} did not come to the submit of the job: ${why}`, {
    cause: error.cause ?? error,
    remedy:
      'Let the program come to the same submit wherever it is loaded; what is for the main thread alone belongs behind it.',
  })
}

export function lateThread(thread: number, startTimeout: number): ThreadStartError {
  return new ThreadStartError(`Thread ${thread} took longer than ${startTimeout} ms to load the program.`, {
    remedy: 'Look at what the program waits for before it submits, or raise startTimeout.',
  })
}

/** @param operators whose turn it is there */
export function silentThread(
  thread: number,
  timeout: number,
  operators: readonly string[],
): ThreadUnresponsiveError {
  const names = operators.map((name) => `'${name}'`).join(', ')
  const where = names === '' ? '' : `; at work there: ${names}`
  return new ThreadUnresponsiveError(`Thread ${thread} has not answered for ${timeout} ms${where}.`, {
    ...(operators.length === 1 ? { operator: operators[0] } : {}),
    remedy:
      'Look for a loop that does not end, or a call that blocks; raise threads: { heartbeatTimeout } where that is meant.',
  })
}
