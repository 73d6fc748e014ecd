const whole = new Intl.NumberFormat('en', { maximumFractionDigits: 0 })
const tenths = new Intl.NumberFormat('en', { maximumFractionDigits: 1 })

/** `1,234,567` */
export const formatCount = (count: number): string => whole.format(count)

/** `12,345/s`, `0.4/s`; a dash where it is not known. */
export const formatRate = (rate: number | null): string =>
  rate === null ? '-' : `${(rate >= 100 ? whole : tenths).format(rate)}/s`

/** `3 restarts`, `1 restart` */
export const formatTimes = (count: number, one: string, several = `${one}s`): string =>
  `${formatCount(count)} ${count === 1 ? one : several}`
