const units = ['', 'k', 'M', 'G', 'T', 'P'] as const

/** At most four characters and a unit: `999`, `1.2k`, `34k`, `5.6M`. */
export function formatCount(count: number): string {
  let [value, unit] = [count, 0]
  // What would be rounded to 1000 has the next unit.
  while (value >= (unit === 0 ? 999.5 : 999.5) && unit < units.length - 1) {
    value /= 1000
    unit++
  }
  if (unit === 0) return value >= 10 || Number.isInteger(value) ? value.toFixed(0) : value.toFixed(1)
  return `${value >= 9.95 ? value.toFixed(0) : value.toFixed(1)}${units[unit]}`
}

/** Records a second: `1.2k/s`; `-` where nothing is known. */
export const formatRate = (rate: number | null): string => (rate === null ? '-' : `${formatCount(rate)}/s`)

/** At most seven characters: `0:07`, `12:05`, `1:02:05`, `12h 05m`, `3d 04h`; '' for none. */
export function formatClock(milliseconds: number | null): string {
  if (milliseconds === null) return ''
  const seconds = Math.floor(milliseconds / 1000)
  const [days, hours, minutes] = [
    Math.floor(seconds / 86_400),
    Math.floor(seconds / 3600),
    Math.floor(seconds / 60),
  ]
  const two = (n: number): string => String(n).padStart(2, '0')
  if (days > 0) return `${days}d ${two(hours % 24)}h`
  if (hours > 9) return `${hours}h ${two(minutes % 60)}m`
  if (hours > 0) return `${hours}:${two(minutes % 60)}:${two(seconds % 60)}`
  return `${minutes}:${two(seconds % 60)}`
}

export const formatShare = (share: number | null): string =>
  // All of it is only what is all of it.
  share === null ? '' : `${Math.min(share === 1 ? 100 : 99, Math.round(share * 100))}%`

/** `3 jobs`, `1 job` */
export const countOf = (count: number, thing: string): string => `${count} ${thing}${count === 1 ? '' : 's'}`
