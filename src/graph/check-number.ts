import { excerpt } from '../errors/excerpt.ts'
import { invalidArgument } from './invalid-argument.ts'

/** Node's timers fire at once beyond this many milliseconds. */
const LONGEST_TIMER = 2_147_483_647

/** @throws InvalidArgumentError unless `value` is an integer of at least 1. */
export function checkPositiveInteger(operator: string, what: string, value: unknown): number {
  if (Number.isSafeInteger(value) && (value as number) >= 1) return value as number
  throw invalidArgument(
    operator,
    `${what} must be a positive integer, got ${excerpt(value)}`,
    `pass a whole number of at least 1`,
  )
}

/** @throws InvalidArgumentError unless `value` is an integer of at least 0. */
export function checkCount(operator: string, what: string, value: unknown): number {
  if (Number.isSafeInteger(value) && (value as number) >= 0) return value as number
  throw invalidArgument(
    operator,
    `${what} must be an integer of at least 0, got ${excerpt(value)}`,
    `pass a whole number of at least 0`,
  )
}

/** @throws InvalidArgumentError unless `value` is a number of milliseconds above 0 that a timer can wait. */
export function checkMilliseconds(operator: string, what: string, value: unknown): number {
  if (typeof value === 'number' && value > 0 && value <= LONGEST_TIMER) return value
  throw invalidArgument(
    operator,
    `${what} must be a number of milliseconds above 0, got ${excerpt(value)}`,
    `pass milliseconds from 1 to ${LONGEST_TIMER}, or leave it out`,
  )
}
