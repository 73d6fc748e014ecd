import type { SourceClass } from '../common/source-class.ts'
import { checkPaths, type FilePath } from './file-list.ts'
import { FileSource } from './file-source.ts'
import { LineReader } from './line-reader.ts'
import { readLinesOptions, type ReadLinesOptions, resolveReadOptions } from './read-options.ts'
import type { FileFormat } from './record-reader.ts'

/**
 * The lines of one or more files, in order, for `env.fromSource`. Lines end in \n or \r\n, which are not part of them;
 * the last one needs neither. The encoding of UTF-16 is not splittable: with parallelism such files are read whole.
 * @throws InvalidArgumentError for what can never work. A file that cannot be read fails the job with FileError.
 */
export function readLines(
  paths: FilePath | readonly FilePath[],
  options: ReadLinesOptions = {},
): SourceClass<string> {
  const files = checkPaths('readLines', paths)
  const resolved = resolveReadOptions('readLines', options, readLinesOptions)
  const format: FileFormat<string> = {
    splittable: resolved.encoding !== 'utf16le',
    reader: (start) => new LineReader(start, resolved),
  }
  // A class, so that each subtask has its own.
  return class Lines extends FileSource<string> {
    constructor() {
      super(files, format, resolved)
    }
  }
}
