import { excerpt } from '../errors/excerpt.ts'
import { invalidArgument } from '../graph/invalid-argument.ts'
import type { NodeDraft } from '../graph/node-draft.ts'

/** @throws InvalidArgumentError unless there is one function for each input. */
export function comapDraft(inputs: readonly string[], keyed: boolean, functions: unknown): NodeDraft {
  if (Array.isArray(functions)) checkFunctions(inputs.length, functions)
  else checkMethodsOf(inputs.length, functions)
  return { kind: 'comap', inputs, keyed }
}

function checkFunctions(inputs: number, functions: readonly unknown[]): void {
  if (functions.length !== inputs) {
    throw invalidArgument(
      'comap',
      `comap of ${inputs} inputs was given ${functions.length} functions`,
      'pass one function for each input, in order',
    )
  }
  for (const fn of functions) {
    if (typeof fn === 'function') continue
    throw invalidArgument('comap', `comap was given ${excerpt(fn)} for a function`, 'pass functions')
  }
}

function checkMethodsOf(inputs: number, given: unknown): void {
  const prototype = typeof given === 'function' ? (given.prototype as unknown) : given
  if (typeof prototype !== 'object' || prototype === null) {
    throw invalidArgument(
      'comap',
      `comap expects functions or a class, got ${excerpt(given)}`,
      'pass an array with one function for each input, or a class with map0, map1, ...',
    )
  }
  const methods = prototype as Readonly<Record<string, unknown>>
  let count = 0
  while (typeof methods[`map${count}`] === 'function') count++
  if (count === inputs) return
  throw invalidArgument(
    'comap',
    `comap of ${inputs} inputs was given a class with ${count} methods, from map0 on`,
    `give the class one method for each input: map0 to map${inputs - 1}`,
  )
}
