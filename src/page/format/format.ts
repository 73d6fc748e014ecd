const whole = new Intl.NumberFormat('en')
const compact = new Intl.NumberFormat('en', { notation: 'compact', maximumFractionDigits: 1 })

/** `1,234,567` */
export const formatCount = (count: number): string => whole.format(Math.round(count))

/** `1.2M` */
export const formatCompact = (count: number): string =>
  Math.abs(count) < 10_000 ? whole.format(Math.round(count)) : compact.format(count)

/** `1.2K/s`; a dash where it is not known. */
export const formatRate = (rate: number | null): string =>
  rate === null ? '–' : `${rate > 0 && rate < 10 ? rate.toFixed(1) : formatCompact(rate)}/s`

/** `850 ms`, `12 s`, `2 min 5 s`, `3 h 2 min`, `2 d 3 h` */
export function formatDuration(ms: number): string {
  if (ms < 1000) return `${Math.max(0, Math.round(ms))} ms`
  const seconds = Math.floor(ms / 1000)
  if (seconds < 60) return `${seconds} s`
  const minutes = Math.floor(seconds / 60)
  if (minutes < 60) return two(minutes, 'min', seconds % 60, 's')
  const hours = Math.floor(minutes / 60)
  return hours < 24 ? two(hours, 'h', minutes % 60, 'min') : two(Math.floor(hours / 24), 'd', hours % 24, 'h')
}

const two = (a: number, unit: string, b: number, lesser: string): string =>
  b === 0 ? `${a} ${unit}` : `${a} ${unit} ${b} ${lesser}`

/** `1.5 MB` */
export function formatBytes(bytes: number): string {
  const units = ['B', 'KB', 'MB', 'GB', 'TB']
  let value = bytes
  let unit = 0
  while (value >= 1000 && unit < units.length - 1) {
    value /= 1000
    unit++
  }
  return `${unit === 0 || value >= 100 ? Math.round(value) : value.toFixed(1)} ${units[unit]!}`
}

/** `just now`, `5 min ago`: how long ago something was, for people. */
export function formatAge(ms: number): string {
  return ms < 5000 ? 'just now' : `${formatDuration(ms).split(' ').slice(0, 2).join(' ')} ago`
}

/** `42 %` */
export const formatShare = (share: number): string => `${Math.floor(Math.min(1, share) * 100)} %`

/** `2026-03-01T12:00:07.000Z`; the figure where it is none of the calendar. */
export const formatEventTime = (ms: number): string =>
  Math.abs(ms) <= 8.64e15 ? new Date(ms).toISOString() : String(ms)
