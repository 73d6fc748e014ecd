import { cutText } from './record-text.ts'
import type { TapBatch } from './tap-point.ts'

/** Characters of a record and of its key. */
const TEXT = 300
const KEY = 100

/** A batch as it is shown, once there is nothing in its texts that is to be hidden. */
export function shownBatch({ records, passed }: TapBatch): TapBatch {
  const shown = records.map(({ text, key, eventTime, at }) => ({
    text: cutText(text, TEXT),
    key: key === null ? null : cutText(key, KEY),
    eventTime,
    at,
  }))
  return { records: shown, passed }
}
