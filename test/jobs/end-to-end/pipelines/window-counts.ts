import { writeLines } from '../../../../src/connectors/files/index.ts'
import {
  fixedDelay,
  monotonousTimestamps,
  RemoteEnvironment,
  type RemoteEnvironmentOptions,
  tumbling,
} from '../../../../src/index.ts'
import { Numbers, type NumbersSettings } from './numbers.ts'

export interface WindowCountsSettings extends NumbersSettings {
  /** Folder for its lines. */
  readonly output: string
}

const KEYS = 7
const WINDOW = 100

/**
 * How many numbers of each kind there are in each window, and how many windows that kind has had, written to files exactly
 * once. Its state is in keys, windows, timers, the source and the sink.
 */
export function windowCounts(
  settings: WindowCountsSettings,
  options: RemoteEnvironmentOptions = {},
): RemoteEnvironment {
  const env = new RemoteEnvironment('window counts', {
    checkpoints: { interval: 20 },
    restart: fixedDelay({ attempts: Infinity, delay: 10 }),
    ...options,
  })
  env
    .fromSource<number>(new Numbers(settings))
    .assignTimestamps((n) => n, monotonousTimestamps())
    .keyBy((n) => n % KEYS)
    .window(tumbling({ size: WINDOW }))
    .count()
    .keyBy(({ key }) => key)
    .scan(
      (all: { text: string; windows: number }, { key, start, count }) => {
        const windows = all.windows + 1
        return { text: `${key} ${start} ${count} ${windows}`, windows }
      },
      { text: '', windows: 0 },
    )
    .map(({ text }) => text)
    .sink(writeLines({ directory: settings.output }))
  return env
}

/** The lines, calculated at one go, in order. */
export function windowCountsOf(records: number): readonly string[] {
  const lines: string[] = []
  for (let key = 0; key < KEYS; key++) {
    let windows = 0
    for (let start = 0; start < records; start += WINDOW) {
      let count = 0
      for (let n = start; n < Math.min(start + WINDOW, records); n++) if (n % KEYS === key) count++
      if (count > 0) lines.push(`${key} ${start} ${count} ${++windows}`)
    }
  }
  return lines.sort()
}
