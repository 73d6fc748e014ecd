import * as assert from 'uvu/assert'
import { MillraceError } from '../../../src/errors/millrace-error.ts'

/** What a promise is rejected with, having seen that it is one of our errors with this code. */
export async function rejection(promise: Promise<unknown>, code: string): Promise<MillraceError> {
  try {
    await promise
  } catch (error) {
    assert.instance(error, MillraceError, String((error as Error).stack))
    assert.is((error as MillraceError).code, code, String(error))
    return error as MillraceError
  }
  throw new Error(`it was to be rejected with ${code}, and resolved`)
}

export const refused = (promise: Promise<unknown>): Promise<MillraceError> =>
  rejection(promise, 'ERR_CHECKPOINT_STORE')
export const corrupt = (promise: Promise<unknown>): Promise<MillraceError> =>
  rejection(promise, 'ERR_CHECKPOINT_CORRUPT')
export const notFound = (promise: Promise<unknown>): Promise<MillraceError> =>
  rejection(promise, 'ERR_CHECKPOINT_NOT_FOUND')
