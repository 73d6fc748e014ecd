import { reasonOf } from '../../errors/reason-of.ts'
import { NotCloneableError } from '../../errors/service-errors.ts'

/**
 * Sends what holds values of the user's.
 * @param what which of them these are, as the beginning of a sentence.
 * @throws NotCloneableError when they cannot cross to another process; nothing has been sent.
 */
export function sendCloned(send: () => void, what: string, operator: string): void {
  try {
    send()
  } catch (cause) {
    throw new NotCloneableError(
      `${what} cannot cross to another process: ${String(reasonOf(cause)).split('\n')[0]}`,
      {
        operator,
        remedy:
          'Pass plain data: objects, arrays, Maps, Sets, Dates, typed arrays; no functions, promises, symbols or streams.',
        cause,
      },
    )
  }
}
