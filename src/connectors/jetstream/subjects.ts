import { excerpt } from '../../errors/excerpt.ts'
import { invalidArgument } from '../../graph/invalid-argument.ts'

/** @throws InvalidArgumentError unless it is a subject; `*` and `>` only where it may be a pattern. */
export function checkSubject(connector: string, what: string, subject: unknown, isPattern = false): string {
  const isToken = (token: string, index: number, all: readonly string[]): boolean =>
    isPattern && (token === '*' || (token === '>' && index === all.length - 1))
      ? true
      : /^[^\s.*>]+$/.test(token)
  if (typeof subject === 'string' && subject.split('.').every(isToken)) return subject
  throw invalidArgument(
    connector,
    `${what} cannot be ${excerpt(subject)}`,
    isPattern
      ? "pass a subject such as 'orders.*' or 'orders.>'"
      : "pass a subject without wildcards, such as 'orders.new'",
  )
}

/** Whether there is a subject that both patterns match. */
export function overlap(one: string, other: string): boolean {
  const [a, b] = [one.split('.'), other.split('.')]
  for (let index = 0; ; index++) {
    const [x, y] = [a[index], b[index]]
    if (x === undefined || y === undefined) return x === y
    if (x === '>' || y === '>') return true
    if (x !== y && x !== '*' && y !== '*') return false
  }
}

/** A pattern with which another overlaps: what would be read twice. */
export function findOverlap(patterns: readonly string[]): readonly [string, string] | undefined {
  for (const [index, one] of patterns.entries())
    for (const other of patterns.slice(index + 1)) if (overlap(one, other)) return [one, other]
  return undefined
}
