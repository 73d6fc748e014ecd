import { readFileSync } from 'node:fs'
import { InvalidArgumentError } from '../../errors/invalid-argument-error.ts'
import { reasonOf } from '../../errors/reason-of.ts'

/**
 * The token in a file, without the white space around it. @param what the file is called in messages.
 *
 * @throws InvalidArgumentError that does not show it.
 */
export function readTokenFile(path: string, what = `the token file ${path}`): string {
  let content: string
  try {
    content = readFileSync(path, 'utf8')
  } catch (cause) {
    throw new InvalidArgumentError(`${what} cannot be read: ${reasonOf(cause)}`, {
      remedy: 'give the path of a file that holds a token, which this user may read',
      cause,
    })
  }
  return checkToken(content, what)
}

/** @param origin where it comes from, for the message. @throws InvalidArgumentError */
export function checkToken(text: string, origin: string): string {
  const token = text.trim()
  if (/^[\x21-\x7e]{16,512}$/.test(token)) return token
  throw new InvalidArgumentError(token === '' ? `${origin} is empty` : `${origin} cannot be used`, {
    remedy:
      'a token is 16 to 512 printable ASCII characters without spaces: `openssl rand -hex 32` makes one',
  })
}
