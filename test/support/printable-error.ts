import { inspect } from 'node:util'
import { Assertion } from 'uvu/assert'

/**
 * Makes of anything thrown what uvu can print: uvu fails itself on a value that is no Error, and on an Error with a
 * property `details` or `operator` of its own. The cause and the properties become part of the text.
 */
export const printableError = (thrown: unknown): Error => {
  if (thrown instanceof Assertion) return thrown
  const text = inspect(thrown, { depth: 6, breakLength: 100 })
  if (!(thrown instanceof Error)) return new Error(`a value that is no Error was thrown: ${text}`)
  const printable = new Error(`${thrown.name}: ${thrown.message}`)
  printable.stack = `${printable.message}\n${text}`
  return printable
}
