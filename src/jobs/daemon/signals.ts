import type { Clock } from '../../time/clock.ts'

const stops = ['SIGTERM', 'SIGINT', 'SIGHUP'] as const
export type StopSignalName = (typeof stops)[number]

export interface Signals {
  readonly first: Promise<StopSignalName>
  /** No handler stays behind. */
  release(): void
}

/** One Ctrl-C may come as several signals, from the terminal and from a parent such as npm: milliseconds between two. */
const APART = 500

/** Takes the signals that tell a process to end. `again` is called for those that somebody has sent after the first. */
export function onSignals(clock: Pick<Clock, 'monotonic'>, again: (signal: StopSignalName) => void): Signals {
  let at: number | undefined
  let tell: (signal: StopSignalName) => void = () => {}
  const first = new Promise<StopSignalName>((resolve) => (tell = resolve))
  const handle = (signal: StopSignalName): void => {
    const now = clock.monotonic()
    if (at === undefined) tell(signal)
    else if (now - at >= APART) again(signal)
    at ??= now
  }
  for (const signal of stops) process.on(signal, handle)
  return {
    first,
    release: () => {
      for (const signal of stops) process.removeListener(signal, handle)
    },
  }
}
