import type { ConfigKey } from './config-keys.ts'
import type { Settings } from './settings.ts'

/** A setting for those who want to see it. */
export interface SettingRow {
  readonly key: ConfigKey
  /** Null: there is none. Times are in seconds, as they are given. */
  readonly value: string | number | null
  readonly origin: string
}

/** In place of a token, so that it is not seen on screens and in logs. */
export const MASK = '********'

export const settingRows = ({
  context,
  url,
  token,
  tokenFile,
  timeout,
  output,
}: Settings): readonly SettingRow[] => [
  { key: 'context', ...context },
  { key: 'url', ...url },
  { key: 'token', ...token, value: token.value === null ? null : MASK },
  { key: 'tokenFile', ...tokenFile },
  { key: 'timeout', ...timeout, value: timeout.value / 1000 },
  { key: 'output', ...output },
]
