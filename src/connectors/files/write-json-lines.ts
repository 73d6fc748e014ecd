import { excerpt } from '../../errors/excerpt.ts'
import { invalidArgument } from '../../graph/invalid-argument.ts'
import { type FileSink, fileSink } from './file-sink.ts'
import type { OutputTarget, WriteFilesOptions } from './write-options.ts'

/**
 * Writes records as JSON, one in each line, for `stream.sink`. Output becomes visible with the checkpoint it belongs to,
 * or else when the job has ended normally; a job that fails leaves none.
 * @throws InvalidArgumentError for what can never work. What cannot be written fails the job with FileError.
 */
export function writeJsonLines<T = unknown>(
  target: OutputTarget,
  options: WriteFilesOptions = {},
): FileSink<T> {
  return fileSink('writeJsonLines', target, { extension: '.jsonl', header: '', line }, options)
}

function line(value: unknown): string {
  const text = JSON.stringify(value) as string | undefined
  if (text !== undefined) return `${text}\n`
  const remedy = 'map records to what JSON knows'
  throw invalidArgument('writeJsonLines', `there is no JSON for ${excerpt(value)}`, remedy)
}
