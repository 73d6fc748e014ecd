import { excerpt } from '../../errors/excerpt.ts'
import { invalidArgument } from '../../graph/invalid-argument.ts'
import { type FileSink, fileSink } from './file-sink.ts'
import type { OutputTarget, WriteFilesOptions } from './write-options.ts'

/**
 * Writes strings, each followed by \n, for `stream.sink`. Output becomes visible with the checkpoint it belongs to, or
 * else when the job has ended normally; a job that fails leaves none.
 * @throws InvalidArgumentError for what can never work. What cannot be written fails the job with FileError.
 */
export function writeLines(target: OutputTarget, options: WriteFilesOptions = {}): FileSink<string> {
  return fileSink('writeLines', target, { extension: '.txt', header: '', line }, options)
}

function line(value: unknown): string {
  if (typeof value === 'string') return `${value}\n`
  const remedy = 'map records to strings, or use writeJsonLines'
  throw invalidArgument('writeLines', `writeLines takes strings, got ${excerpt(value)}`, remedy)
}
