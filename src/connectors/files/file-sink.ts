import type { AnyServices } from '../../functions/any-services.ts'
import type { ClassOf, TransactionalSink } from '../../functions/user-functions.ts'
import type { OptionNames } from '../../graph/option-names.ts'
import { PartsSink, type PreparedParts } from './parts-sink.ts'
import { type PreparedSegment, SingleFileSink } from './single-file-sink.ts'
import {
  isParts,
  type OutputFormat,
  type OutputTarget,
  resolveFile,
  resolveOutput,
  resolveParts,
  type WriteFilesOptions,
  writeFilesOptions,
} from './write-options.ts'

/** What a file sink leaves in a checkpoint: plain data, of no use to anybody else. */
export type PreparedFiles = PreparedParts | PreparedSegment

/** A class to pass to `stream.sink`. */
export type FileSink<T> = ClassOf<TransactionalSink<T, PreparedFiles, AnyServices, unknown>>

/** A class, so that each subtask has its own. */
export function fileSink<T>(
  operator: string,
  target: OutputTarget,
  format: OutputFormat<T>,
  options: WriteFilesOptions,
  ownOptions: OptionNames = [],
): FileSink<T> {
  const output = resolveOutput(operator, options, [...writeFilesOptions, ...ownOptions])
  if (!isParts(target)) {
    const file = resolveFile(operator, target, output)
    return class File extends SingleFileSink<T> {
      constructor() {
        super(format, file)
      }
    }
  }
  const parts = resolveParts(operator, target, format.extension, output)
  return class Parts extends PartsSink<T> {
    constructor() {
      super(format, parts)
    }
  }
}
