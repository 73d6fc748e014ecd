import { excerpt } from '../errors/excerpt.ts'
import { invalidArgument } from '../graph/invalid-argument.ts'

/** @throws InvalidArgumentError unless `value` is a function, a class, or an object with that method. */
export function checkUserFunction(operator: string, method: string, value: unknown): void {
  if (typeof value === 'function' || hasMethod(value, method)) return
  throw invalidArgument(
    operator,
    `${operator} expects a function, got ${excerpt(value)}`,
    `pass a function, or an object or a class with a method "${method}"`,
  )
}

/** @throws InvalidArgumentError unless `value` is a function. */
export function checkFunction(operator: string, what: string, value: unknown): void {
  if (typeof value === 'function') return
  throw invalidArgument(
    operator,
    `${operator} expects ${what}, a function; got ${excerpt(value)}`,
    `pass a function as ${what}`,
  )
}

/** @throws InvalidArgumentError unless `value` is an object with all of these methods. */
export function checkMethods(operator: string, methods: readonly string[], value: unknown): void {
  const missing = methods.filter((method) => !hasMethod(value, method))
  if (missing.length === 0) return
  throw invalidArgument(
    operator,
    `${operator} expects an object with ${methods.join(', ')}; got ${excerpt(value)}`,
    `add ${missing.join(', ')}`,
  )
}

function hasMethod(value: unknown, method: string): boolean {
  return typeof value === 'object' && value !== null && typeof (value as never)[method] === 'function'
}
