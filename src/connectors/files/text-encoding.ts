import { excerpt } from '../../errors/excerpt.ts'
import { invalidArgument } from '../../graph/invalid-argument.ts'

/** How text is kept in a file. A byte order mark at the beginning of a file is passed over. */
export type TextEncoding = 'utf8' | 'utf16le' | 'latin1'

const encodings: readonly unknown[] = ['utf8', 'utf16le', 'latin1'] satisfies TextEncoding[]

/** @throws InvalidArgumentError unless it is an encoding. */
export function checkEncoding(operator: string, encoding: unknown): TextEncoding {
  if (encodings.includes(encoding)) return encoding as TextEncoding
  const message = `${operator} does not know the encoding ${excerpt(encoding)}`
  throw invalidArgument(operator, message, `pass 'utf8', 'utf16le' or 'latin1'`)
}
