import type { SourceClass } from '../common/source-class.ts'
import { checkPaths, type FilePath } from './file-list.ts'
import { FileSource } from './file-source.ts'
import { JsonLineReader } from './json-line-reader.ts'
import {
  type OnBadLine,
  readLinesOptions,
  type ReadLinesOptions,
  resolveReadOptions,
} from './read-options.ts'
import type { FileFormat } from './record-reader.ts'

export interface ReadJsonLinesOptions extends ReadLinesOptions {
  /** Default 'fail'. */
  readonly onBadLine?: OnBadLine
}

/**
 * The values of JSON Lines files, one in each line, for `env.fromSource`. Blank lines are passed over. The type is taken
 * on trust: check what comes with `validate`.
 * @throws InvalidArgumentError for what can never work. A file that cannot be read fails the job with FileError.
 */
export function readJsonLines<T = unknown>(
  paths: FilePath | readonly FilePath[],
  options: ReadJsonLinesOptions = {},
): SourceClass<T> {
  const files = checkPaths('readJsonLines', paths)
  const resolved = resolveReadOptions('readJsonLines', options, [...readLinesOptions, 'onBadLine'])
  const format: FileFormat<T> = {
    splittable: resolved.encoding !== 'utf16le',
    reader: (start) => new JsonLineReader<T>(start, resolved),
  }
  // A class, so that each subtask has its own.
  return class JsonLines extends FileSource<T> {
    constructor() {
      super(files, format, resolved)
    }
  }
}
