export interface Table {
  readonly title: string
  readonly head: readonly string[]
  readonly rows: readonly (readonly string[])[]
}

/** Plain text, the first column to the left and the others to the right, as figures are read. */
export const renderTable = ({ title, head, rows }: Table): string => {
  const widths = head.map((cell, column) =>
    Math.max(cell.length, ...rows.map((row) => (row[column] ?? '').length)),
  )
  const line = (cells: readonly string[]): string =>
    cells
      .map((cell, column) =>
        column === 0 ? cell.padEnd(widths[0] ?? 0) : cell.padStart(widths[column] ?? 0),
      )
      .join('  ')
      .trimEnd()
  const rule = widths.map((width) => '-'.repeat(width))
  return [`\n${title}`, '', line(head), line(rule), ...rows.map(line)].join('\n')
}

/** Three figures, so that 1.24 and 19300 are both readable. */
export const figure = (value: number): string => {
  if (!Number.isFinite(value)) return '-'
  const size = Math.abs(value)
  return value.toFixed(size >= 100 ? 0 : size >= 10 ? 1 : 2)
}

export const times = (value: number): string => `${figure(value)}x`

export const range = (low: number, high: number): string => `${figure(low)} .. ${figure(high)}`
