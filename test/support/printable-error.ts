import { inspect } from 'node:util'
import { Assertion } from 'uvu/assert'

/**
 * Makes of anything thrown what uvu can print: uvu fails itself on a value that is no Error, and on an Error with a
 * property `details` or `operator` of its own. The cause and the properties become part of the text.
 */
export const printableError = (thrown: unknown): Error => {
  if (thrown instanceof Assertion) {
    thrown.stack = withoutOwnFrames(thrown.stack ?? '')
    return thrown
  }
  const isError = thrown instanceof Error
  const text = withoutOwnFrames(inspect(thrown, { depth: 6, breakLength: 100 }))
  const message = isError ? `${thrown.name}: ${thrown.message}` : 'a value that is no Error was thrown'
  return Object.assign(new Error(message), { stack: `${message}\n${text}` })
}

const ownFrame = /^\s+at .*(?:[\\/]test[\\/]support[\\/]suite\.ts|[\\/]node_modules[\\/]uvu[\\/])/

const withoutOwnFrames = (text: string): string =>
  text
    .split('\n')
    .filter((line) => !ownFrame.test(line) || /[^ ] \{$/.test(line))
    .join('\n')
