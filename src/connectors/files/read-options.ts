import { excerpt } from '../../errors/excerpt.ts'
import { checkCount, checkPositiveInteger } from '../../graph/check-number.ts'
import { invalidArgument } from '../../graph/invalid-argument.ts'
import { checkOptionNames, type OptionNames, optionNames } from '../../graph/option-names.ts'
import type { FileFormatError } from './file-errors.ts'
import type { GzipOption } from './open-part.ts'
import { checkEncoding, type TextEncoding } from './text-encoding.ts'

export interface ReadFilesOptions {
  /** Default 'utf8'. What is no UTF-8 is read as U+FFFD. */
  readonly encoding?: TextEncoding
  /** Whether the files are compressed; 'auto', the default, looks at the first two bytes of each. */
  readonly gzip?: 'auto' | boolean
  /** Bytes. A longer line, or CSV record, fails the job with FileFormatError; default 16 MiB. */
  readonly maxLineLength?: number
  /** Bytes read at a time, a positive integer; each subtask holds two of these; default 256 KiB. */
  readonly chunkBytes?: number
}

/** Options of formats in which a record begins behind every line break. */
export interface ReadLinesOptions extends ReadFilesOptions {
  /**
   * With parallelism, files that are not compressed are dealt to the subtasks in blocks of so many bytes, cut at line
   * breaks; default 8 MiB; 0 deals whole files.
   */
  readonly blockBytes?: number
}

/**
 * What happens to what cannot be parsed: the job fails with FileFormatError (default), or it is passed over, counted in
 * the metric 'bad lines' and warned of once. A function is told of each; what it throws fails the job. Where the
 * records are to be set aside as dead letters, read lines and parse them in a `map`.
 */
export type OnBadLine = 'fail' | 'skip' | ((error: FileFormatError) => void)

export interface ResolvedReadOptions {
  readonly encoding: TextEncoding
  readonly gzip: GzipOption
  readonly maxLineLength: number
  readonly chunkBytes: number
  readonly blockBytes: number
  readonly onBadLine: OnBadLine
}

const KIB = 1024

export const readFilesOptions: Readonly<Record<keyof ReadFilesOptions, true>> = {
  encoding: true,
  gzip: true,
  maxLineLength: true,
  chunkBytes: true,
}

export const readLinesOptions: OptionNames = optionNames<ReadLinesOptions>({
  ...readFilesOptions,
  blockBytes: true,
})

/** @throws InvalidArgumentError for what can never work. */
export function resolveReadOptions(
  operator: string,
  options: ReadLinesOptions & { readonly onBadLine?: OnBadLine },
  known: OptionNames,
): ResolvedReadOptions {
  checkOptionNames(operator, operator, options, known)
  const { encoding = 'utf8', gzip = 'auto', onBadLine = 'fail' } = options
  const { maxLineLength = 16 * KIB * KIB, chunkBytes = 256 * KIB, blockBytes = 8 * KIB * KIB } = options
  if (typeof gzip !== 'boolean' && gzip !== 'auto')
    throw invalidArgument(operator, `gzip cannot be ${excerpt(gzip)}`, `pass true, false or 'auto'`)
  if (typeof onBadLine !== 'function' && onBadLine !== 'fail' && onBadLine !== 'skip') {
    const message = `onBadLine cannot be ${excerpt(onBadLine)}`
    throw invalidArgument(operator, message, `pass 'fail', 'skip' or a function`)
  }
  return {
    encoding: checkEncoding(operator, encoding),
    gzip,
    maxLineLength: checkPositiveInteger(operator, 'maxLineLength', maxLineLength),
    chunkBytes: checkPositiveInteger(operator, 'chunkBytes', chunkBytes),
    blockBytes: checkCount(operator, 'blockBytes', blockBytes),
    onBadLine,
  }
}
