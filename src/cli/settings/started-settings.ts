import type { DataFolder } from '../../jobs/daemon/data-folder.ts'
import { type KeptOptions, readServerFile } from '../../jobs/daemon/server-file.ts'
import { checkSettings } from '../../jobs/settings/check-settings.ts'
import { defaultSettings } from '../../jobs/settings/default-settings.ts'
import { serverSettingRows, type ServerSettingRow } from '../../jobs/settings/server-setting-rows.ts'
import { serverSettings, startSettings } from '../../jobs/settings/server-settings.ts'
import type { StartOptions } from '../start-options.ts'

/** Options of commands that settings have other names for. */
const optionOf: Readonly<Record<string, string>> = {
  'background.job_status_polling.interval_seconds': 'pollInterval',
  memory_mb: 'memory',
  token_file: 'tokenFile',
  max_running: 'maxRunning',
  log_level: 'logLevel',
}

/**
 * What a server of the folder would go by, and who says so: as it is started with these options, and where one is there
 * already, as that one was.
 *
 * @param originOf what gave an option of the command, by its name.
 * @throws InvalidArgumentError for settings that cannot be used.
 */
export async function startedSettings(
  folder: DataFolder,
  { token, ...given }: StartOptions,
  originOf: (option: string) => string,
): Promise<readonly ServerSettingRow[]> {
  const kept: KeptOptions = readServerFile(folder.serverFile)?.options ?? {}
  const { file, fromFile, settings } = serverSettings(folder, { ...kept, ...given })
  await checkSettings(settings)
  const rows = serverSettingRows([
    { settings: defaultSettings(), originOf: () => 'default' },
    { settings: fromFile, originOf: () => file ?? '' },
    { settings: startSettings(kept), originOf: () => folder.serverFile },
    { settings: startSettings(given), originOf: (key) => originOf(optionOf[key] ?? key) },
  ])
  const secret = { key: 'token', value: '********', origin: token === undefined ? '' : originOf('token') }
  return token === undefined ? rows : [...rows, secret]
}
