import { isThenable } from './is-thenable.ts'

/** Goes on with a value at once, and with a promise's when it is there. */
export function whenSettled(value: unknown, next: (value: unknown) => unknown): unknown {
  return isThenable(value) ? Promise.resolve(value).then(next) : next(value)
}
