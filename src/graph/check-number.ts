import { excerpt } from '../errors/excerpt.ts'
import { LONGEST_DELAY } from '../util/longest-delay.ts'
import { invalidArgument } from './invalid-argument.ts'

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
  if (typeof value === 'number' && value > 0 && value <= LONGEST_DELAY) return value
  throw invalidArgument(
    operator,
    `${what} must be a number of milliseconds above 0, got ${excerpt(value)}`,
    `pass milliseconds from 1 to ${LONGEST_DELAY}, or leave it out`,
  )
}
