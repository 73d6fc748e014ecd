import { InvalidArgumentError } from '../../errors/invalid-argument-error.ts'
import type { DataFolder } from '../daemon/data-folder.ts'
import type { KeptOptions } from '../daemon/server-file.ts'
import { readSettings } from './read-settings.ts'
import type { FileSettings } from './settings-schema.ts'

/** What a server goes by. */
export interface ServerSettings {
  /** Path of the file that was read; null: there is none. */
  readonly file: string | null
  /** What it says. */
  readonly fromFile: FileSettings
  /** The same, and before it what the server is started with. */
  readonly settings: FileSettings
}

/**
 * Reads the settings that a server was told to go by, or else those in its data folder, where there are some.
 * @throws InvalidArgumentError for those that cannot be used, and where there are none that were named.
 */
export function serverSettings(folder: DataFolder, kept: KeptOptions): ServerSettings {
  const path = kept.settings ?? folder.settings
  const read = readSettings(path)
  if (read === undefined && kept.settings !== undefined) {
    throw new InvalidArgumentError(`There are no settings in ${path}: there is no such file`, {
      remedy: 'name another with --settings or in MILLRACE_SERVER_SETTINGS, or none',
    })
  }
  const fromFile = read ?? {}
  return {
    file: read === undefined ? null : path,
    fromFile,
    settings: withStartSettings(fromFile, startSettings(kept)),
  }
}

/** What a server is started with, as a file would say it. */
export function startSettings(kept: KeptOptions): FileSettings {
  const { host, port, tokenFile, maxRunning, memoryMb, logLevel, pollInterval: interval } = kept
  return {
    ...(host === undefined ? {} : { host }),
    ...(port === undefined ? {} : { port }),
    ...(tokenFile === undefined ? {} : { tokenFile }),
    ...(maxRunning === undefined ? {} : { maxRunning }),
    ...(memoryMb === undefined ? {} : { memoryMb }),
    ...(logLevel === undefined ? {} : { logLevel }),
    ...(interval === undefined ? {} : { background: { jobStatusPolling: { interval } } }),
  }
}

function withStartSettings(file: FileSettings, start: FileSettings): FileSettings {
  const { background } = file
  const jobStatusPolling = { ...background?.jobStatusPolling, ...start.background?.jobStatusPolling }
  return { ...file, ...start, background: { ...background, jobStatusPolling } }
}
