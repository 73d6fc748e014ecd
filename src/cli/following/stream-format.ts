import { Option } from '@commander-js/extra-typings'
import type { OutputFormat } from '../output/output-format.ts'
import type { Settings } from '../settings/settings.ts'

/** How what comes bit by bit is shown: as lines for people, as JSON in lines, or as one array of JSON. */
export const streamFormats = ['text', 'ndjson', 'json'] as const

export type StreamFormat = (typeof streamFormats)[number]

export const streamFormatOption = (): Option<
  '-o, --output <format>',
  undefined,
  undefined,
  undefined,
  false,
  StreamFormat
> => new Option('-o, --output <format>', 'how to show it (default: text)').choices(streamFormats)

/** What was asked for, else what is usual for this user where that is JSON, too. */
export function streamFormat(
  given: StreamFormat | OutputFormat | undefined,
  { output }: Settings,
): StreamFormat {
  const format = given ?? output.value
  return format === 'json' || format === 'ndjson' ? format : 'text'
}
