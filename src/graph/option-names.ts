import { nearest } from '../util/nearest.ts'
import { invalidArgument } from './invalid-argument.ts'
import type { NodeOptions } from './node-draft.ts'

export type OptionNames = readonly string[]

/** The names of all options `O` has: the compiler sees to it that none is forgotten. */
export function optionNames<O>(names: Readonly<Record<keyof O, true>>): OptionNames {
  return Object.keys(names)
}

/** The names of the options an operator has besides those that all operators may have. */
export function ownOptions<O>(
  names: Readonly<Record<Exclude<keyof O, keyof NodeOptions>, true>>,
): OptionNames {
  return Object.keys(names)
}

/**
 * Types cannot refuse what comes from plain JavaScript or by way of a variable, and an option that is misspelt would
 * be silently without effect.
 * @throws InvalidArgumentError when an option is none of the known ones.
 */
export function checkOptionNames(operator: string, what: string, options: object, known: OptionNames): void {
  for (const name of Object.keys(options)) {
    if (known.includes(name)) continue
    const meant = nearest(name, known)
    const list = known.length === 0 ? 'it has no options' : `its options are ${known.join(', ')}`
    throw invalidArgument(
      operator,
      `${what} has no option '${name}'${meant === undefined ? '' : `: did you mean '${meant}'?`}`,
      meant === undefined ? `leave it out; ${list}` : `write ${meant}, or leave it out; ${list}`,
    )
  }
}
