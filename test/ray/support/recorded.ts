import { readFileSync } from 'node:fs'

/** One request to a real Ray and what it answered, without what differs from one recording to the next. */
export interface RecordedExchange {
  readonly method: string
  readonly path: string
  /** JSON; null: none, or a package. */
  readonly request: unknown
  readonly status: number
  readonly type: string
  readonly response: string
}

/** The name of workers that were started together. */
export const groupName = /millrace-[0-9a-f]{8}\b/

/** With names in place of what another recording, or a replay, has other values for. */
export const withNames = (text: string): string =>
  text
    .replaceAll(new RegExp(groupName, 'g'), 'millrace-GROUP')
    .replace(/_ray_pkg_[0-9a-f]{32}/g, '_ray_pkg_HASH')
    .replace(/nats:\/\/127\.0\.0\.1:\d+/g, 'nats://ENGINE')

export function recordedAs(name: string): readonly RecordedExchange[] {
  const file = new URL(`../fixtures/${name}.json`, import.meta.url)
  return JSON.parse(readFileSync(file, 'utf8')) as RecordedExchange[]
}
