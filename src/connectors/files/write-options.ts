import { basename, dirname, join } from 'node:path'
import { excerpt } from '../../errors/excerpt.ts'
import { checkPositiveInteger } from '../../graph/check-number.ts'
import { invalidArgument } from '../../graph/invalid-argument.ts'
import { checkOptionNames, type OptionNames, optionNames } from '../../graph/option-names.ts'
import { checkPath, type FilePath } from './file-list.ts'

/** Output in files of their own, `<prefix>-<subtask>-<number><extension>`, in a directory that is made if need be. */
export interface PartsTarget {
  readonly directory: FilePath
  /** Default 'part'. Two sinks may share a directory if their prefixes differ. */
  readonly prefix?: string
  /** Default that of the format: '.txt', '.jsonl' or '.csv', and '.gz' where it is compressed. */
  readonly extension?: string
  /** A part that has grown to so many bytes is followed by another; default: one part per checkpoint. */
  readonly rollBytes?: number
}

/** One file, written by one subtask, or a directory of parts, written by any number. */
export type OutputTarget = FilePath | PartsTarget

export interface WriteFilesOptions {
  /** Compresses what is written; default false. */
  readonly gzip?: boolean
  /**
   * What a job that starts afresh does with output that is there already: fails with FileConflictError (default),
   * takes its place, or goes on behind it. A file is replaced in one step, at the first commit; parts are removed when
   * the job starts. A job that goes on from a checkpoint goes on behind its own output.
   */
  readonly existing?: 'fail' | 'replace' | 'append'
  /** Characters that may wait to be written, a positive integer; as many may be being written; default 65 536. */
  readonly bufferLength?: number
}

/** How records become text. */
export interface OutputFormat<T> {
  readonly extension: string
  /** At the beginning of each file, with its line break. */
  readonly header: string
  /** With its line break. Throws for what cannot be written. */
  line(value: T): string
}

export interface OutputSettings {
  readonly gzip: boolean
  readonly existing: 'fail' | 'replace' | 'append'
  readonly bufferLength: number
}

export interface PartsSettings extends OutputSettings {
  readonly directory: string
  readonly staging: string
  readonly prefix: string
  readonly extension: string
  readonly rollBytes: number
}

export interface FileSettings extends OutputSettings {
  readonly path: string
  readonly staging: string
  /** Hidden files of this one begin with it. */
  readonly name: string
}

/** Next to the output, so that a file moves from one to the other in one step; hidden from those who list the output. */
const STAGING = '.staging'

const targetNames = optionNames<PartsTarget>({
  directory: true,
  prefix: true,
  extension: true,
  rollBytes: true,
})

export const writeFilesOptions: OptionNames = optionNames<WriteFilesOptions>({
  gzip: true,
  existing: true,
  bufferLength: true,
})

/**
 * @param known the names of its options.
 * @throws InvalidArgumentError for what can never work.
 */
export function resolveOutput(
  operator: string,
  options: WriteFilesOptions,
  known: OptionNames,
): OutputSettings {
  checkOptionNames(operator, operator, options, known)
  const { gzip = false, existing = 'fail', bufferLength = 65_536 } = options
  if (typeof gzip !== 'boolean')
    throw invalidArgument(operator, `gzip cannot be ${excerpt(gzip)}`, 'pass true or false')
  if (existing !== 'fail' && existing !== 'replace' && existing !== 'append') {
    const message = `existing cannot be ${excerpt(existing)}`
    throw invalidArgument(operator, message, `pass 'fail', 'replace' or 'append'`)
  }
  return { gzip, existing, bufferLength: checkPositiveInteger(operator, 'bufferLength', bufferLength) }
}

/** @throws InvalidArgumentError for what can never work. */
export function resolveParts(
  operator: string,
  target: PartsTarget,
  formatExtension: string,
  output: OutputSettings,
): PartsSettings {
  checkOptionNames(operator, 'the target', target, targetNames)
  const { prefix = 'part', extension = `${formatExtension}${output.gzip ? '.gz' : ''}` } = target
  const { rollBytes = Number.MAX_SAFE_INTEGER } = target
  for (const [what, name] of Object.entries({ prefix, extension })) {
    if (typeof name === 'string' && !/[/\\]/.test(name) && !(what === 'prefix' && /^($|\.)/.test(name)))
      continue
    const message = `the ${what} cannot be ${excerpt(name)}`
    throw invalidArgument(operator, message, 'pass a part of the name of a file')
  }
  const directory = checkPath(operator, target.directory)
  checkPositiveInteger(operator, 'rollBytes', rollBytes)
  return { ...output, directory, staging: join(directory, STAGING), prefix, extension, rollBytes }
}

/** @throws InvalidArgumentError for what can never work. */
export function resolveFile(operator: string, target: unknown, output: OutputSettings): FileSettings {
  const path = checkPath(operator, target)
  if (/[/\\]$/.test(path)) {
    const message = `${operator} expects a file, got ${excerpt(path)}`
    throw invalidArgument(operator, message, 'name the file, or pass { directory } for a directory of parts')
  }
  return { ...output, path, staging: join(dirname(path), STAGING), name: basename(path) }
}

export function isParts(target: unknown): target is PartsTarget {
  return typeof target === 'object' && target !== null && 'directory' in target
}
