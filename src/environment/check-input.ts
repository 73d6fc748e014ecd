import { excerpt } from '../errors/excerpt.ts'
import { invalidArgument } from '../graph/invalid-argument.ts'

/** @throws InvalidArgumentError unless `input` can be iterated, or is a function that returns what can be. */
export function checkIterable(operator: string, input: unknown): void {
  if (typeof input === 'function' || isIterable(input)) return
  throw invalidArgument(
    operator,
    `${operator} cannot read ${excerpt(input)}`,
    'pass an Iterable, an AsyncIterable, or a function that returns one',
  )
}

/** @throws InvalidArgumentError unless `input` is a readable stream, or a function that returns one. */
export function checkReadable(operator: string, input: unknown): void {
  const { getReader } = Object(input) as { getReader?: unknown }
  if (typeof input === 'function' || typeof getReader === 'function') return
  if (typeof input === 'object' && isIterable(input)) return
  throw invalidArgument(
    operator,
    `${operator} cannot read ${excerpt(input)}`,
    'pass a Readable of Node, a web ReadableStream, or a function that returns one',
  )
}

function isIterable(input: unknown): boolean {
  if (input === undefined || input === null) return false
  const { [Symbol.iterator]: iterator, [Symbol.asyncIterator]: asyncIterator } = Object(input) as {
    [Symbol.iterator]?: unknown
    [Symbol.asyncIterator]?: unknown
  }
  return typeof iterator === 'function' || typeof asyncIterator === 'function'
}
