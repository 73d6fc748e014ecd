import { excerpt } from '../../errors/excerpt.ts'
import { invalidArgument } from '../../graph/invalid-argument.ts'
import { type FileSink, fileSink } from './file-sink.ts'
import type { OutputTarget, WriteFilesOptions } from './write-options.ts'

export interface WriteCsvOptions<T> extends WriteFilesOptions {
  /** The fields to be written, in this order. */
  readonly columns: readonly (keyof T & string)[]
  /** Whether each file begins with a line of the names; default true. */
  readonly header?: boolean
  /** Between fields, one character; default ','. */
  readonly delimiter?: string
}

/**
 * Writes records as CSV (RFC 4180, but with \n), for `stream.sink`. Null and undefined are empty fields, dates are ISO
 * 8601, other objects JSON. Output becomes visible with the checkpoint it belongs to, or else when the job has ended
 * normally; a job that fails leaves none.
 * @throws InvalidArgumentError for what can never work. What cannot be written fails the job with FileError.
 */
export function writeCsv<T extends object>(target: OutputTarget, options: WriteCsvOptions<T>): FileSink<T> {
  const { columns, header = true, delimiter = ',' } = options as Partial<WriteCsvOptions<T>>
  if (!Array.isArray(columns) || columns.length === 0 || columns.some((name) => typeof name !== 'string'))
    throw invalidArgument('writeCsv', `columns cannot be ${excerpt(columns)}`, 'pass the names of the fields')
  if (typeof delimiter !== 'string' || delimiter.length !== 1 || /["\r\n]/.test(delimiter))
    throw invalidArgument('writeCsv', `delimiter cannot be ${excerpt(delimiter)}`, 'pass one character')
  const names: readonly (keyof T & string)[] = columns
  const format = {
    extension: '.csv',
    header: header ? lineOf(names, delimiter) : '',
    line: (value: T) =>
      lineOf(
        names.map((name) => value[name]),
        delimiter,
      ),
  }
  return fileSink('writeCsv', target, format, options, ['columns', 'header', 'delimiter'])
}

function lineOf(values: readonly unknown[], delimiter: string): string {
  let line = ''
  for (let index = 0; index < values.length; index++) {
    const text = textOf(values[index])
    const isQuoted = text.includes(delimiter) || /["\r\n]/.test(text)
    line += `${index === 0 ? '' : delimiter}${isQuoted ? `"${text.replaceAll('"', '""')}"` : text}`
  }
  // A line with nothing in it would be no record.
  return line === '' ? '""\n' : `${line}\n`
}

function textOf(value: unknown): string {
  if (typeof value === 'string') return value
  if (value === null || value === undefined) return ''
  if (value instanceof Date) return value.toISOString()
  if (typeof value === 'object') return JSON.stringify(value)
  // What is left is primitive, or a function, which says what it is.
  // eslint-disable-next-line @typescript-eslint/no-base-to-string -- objects have been dealt with
  return String(value)
}
