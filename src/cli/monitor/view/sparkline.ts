import { RATE_SECONDS } from '../rate-history.ts'

const blocks = '▁▂▃▄▅▆▇█'

/** The rates of the last minute in so many columns, the newest on the right; spaces where nothing was known yet. */
export function sparkline(rates: readonly number[], width: number): string {
  const perColumn = RATE_SECONDS / width
  const columns: number[] = []
  for (let column = 0; column < width; column++) {
    const end = rates.length - Math.floor((width - 1 - column) * perColumn)
    const part = rates.slice(Math.max(0, end - Math.max(1, Math.floor(perColumn))), Math.max(0, end))
    columns.push(part.length === 0 ? NaN : part.reduce((sum, rate) => sum + rate, 0) / part.length)
  }
  const highest = Math.max(...columns.filter((rate) => rate > 0), 0)
  return columns.map((rate) => blockOf(rate, highest)).join('')
}

function blockOf(rate: number, highest: number): string {
  if (Number.isNaN(rate)) return ' '
  if (rate === 0) return blocks[0]!
  return blocks[Math.max(1, Math.ceil((rate / highest) * (blocks.length - 1)))]!
}
