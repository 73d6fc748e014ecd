import * as assert from 'uvu/assert'
import { MillraceError } from '../../../../src/errors/millrace-error.ts'

/** What a call throws, having seen that it is one of our errors with this code. */
export function thrown(code: string, call: () => unknown): MillraceError {
  try {
    call()
  } catch (error) {
    assert.instance(error, MillraceError, String((error as Error).stack))
    assert.is((error as MillraceError).code, code, String(error))
    return error as MillraceError
  }
  throw new Error(`it was to throw ${code}`)
}
