import type * as csvParse from 'csv-parse'
import { excerpt } from '../../errors/excerpt.ts'
import { invalidArgument } from '../../graph/invalid-argument.ts'
import { optionNames } from '../../graph/option-names.ts'
import { loadPeer } from '../../util/load-peer.ts'
import type { SourceClass } from '../common/source-class.ts'
import { type CsvFormat, CsvReader } from './csv-reader.ts'
import { checkPaths, type FilePath } from './file-list.ts'
import { FileSource } from './file-source.ts'
import {
  type OnBadLine,
  readFilesOptions,
  type ReadFilesOptions,
  resolveReadOptions,
} from './read-options.ts'
import type { FileFormat } from './record-reader.ts'

export interface ReadCsvOptions extends ReadFilesOptions {
  /** True, the default: the first line of each file names the columns. A list names them; false gives arrays. */
  readonly columns?: boolean | readonly string[]
  /** Between fields; default ','. */
  readonly delimiter?: string
  /** Around fields; default '"'; null: none. */
  readonly quote?: string | null
  /** In front of a quote within quotes; default '"'. */
  readonly escape?: string
  /** What lines to be passed over begin with; default: none. */
  readonly comment?: string
  /** Takes spaces and tabs off around the delimiters; default false. */
  readonly trim?: boolean
  /** Takes records with more or fewer fields than there are columns; default false: they count as bad lines. */
  readonly relaxColumnCount?: boolean
  /** Default 'fail'. */
  readonly onBadLine?: OnBadLine
}

const known = optionNames<ReadCsvOptions>({
  ...readFilesOptions,
  columns: true,
  delimiter: true,
  quote: true,
  escape: true,
  comment: true,
  trim: true,
  relaxColumnCount: true,
  onBadLine: true,
})

/**
 * The records of CSV files for `env.fromSource`: objects of strings by column, or arrays with `columns: false`. Fields
 * in quotes may hold delimiters and line breaks. Blank lines are passed over. With parallelism, files are dealt whole.
 * It needs the package `csv-parse`.
 * @throws InvalidArgumentError for what can never work. A file that cannot be read fails the job with FileError.
 */
export function readCsv<T = readonly string[]>(
  paths: FilePath | readonly FilePath[],
  options: ReadCsvOptions & { readonly columns: false },
): SourceClass<T>
export function readCsv<T = Readonly<Record<string, string>>>(
  paths: FilePath | readonly FilePath[],
  options?: ReadCsvOptions,
): SourceClass<T>
export function readCsv<T>(
  paths: FilePath | readonly FilePath[],
  options: ReadCsvOptions = {},
): SourceClass<T> {
  const files = checkPaths('readCsv', paths)
  const resolved = resolveReadOptions('readCsv', options, known)
  const csv = { ...resolved, ...csvFormat(options) }
  let library: typeof csvParse
  const format: FileFormat<T> = {
    splittable: false,
    prepare: async () => {
      library = await loadPeer('readCsv', 'csv-parse@^6', () => import('csv-parse'))
    },
    reader: (start) => new CsvReader<T>(start, csv, library.Parser),
  }
  // A class, so that each subtask has its own.
  return class Csv extends FileSource<T> {
    constructor() {
      super(files, format, resolved)
    }
  }
}

function csvFormat(options: ReadCsvOptions): Omit<CsvFormat, 'encoding' | 'maxLineLength'> {
  const { columns = true, delimiter = ',', quote = '"', escape = '"', comment = null } = options
  const { trim = false, relaxColumnCount = false } = options
  if (typeof columns !== 'boolean' && !(Array.isArray(columns) && columns.length > 0))
    throw invalidArgument('readCsv', `columns cannot be ${excerpt(columns)}`, 'pass names, true or false')
  for (const [name, text] of Object.entries({ delimiter, quote, escape, comment })) {
    if ((typeof text === 'string' && text !== '') || (text === null && /quote|comment/.test(name))) continue
    throw invalidArgument('readCsv', `${name} cannot be ${excerpt(text)}`, 'pass at least one character')
  }
  return { columns, delimiter, quote, escape, comment, trim, relaxColumnCount }
}
