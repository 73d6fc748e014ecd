const units: readonly (readonly [name: string, seconds: number])[] = [
  ['d', 86_400],
  ['h', 3_600],
  ['min', 60],
  ['s', 1],
]

/** The two largest units: `3 d 4 h`, `12 min 5 s`, `0 s`. */
export function formatDuration(milliseconds: number): string {
  let rest = Math.floor(milliseconds / 1000)
  const parts: string[] = []
  for (const [name, seconds] of units) {
    const count = Math.floor(rest / seconds)
    rest %= seconds
    if (count > 0) parts.push(`${count} ${name}`)
    else if (parts.length > 0) break
    if (parts.length === 2) break
  }
  return parts.length === 0 ? '0 s' : parts.join(' ')
}

export function formatBytes(bytes: number): string {
  for (const [name, size] of [
    ['GB', 1e9],
    ['MB', 1e6],
    ['kB', 1e3],
  ] as const) {
    if (bytes >= size) return `${(bytes / size).toFixed(bytes >= 10 * size ? 0 : 1)} ${name}`
  }
  return `${bytes} B`
}

/** Names and values below each other, the values aligned. Where a value has several lines all of them are. */
export function formatFields(fields: readonly (readonly [name: string, value: string])[]): string {
  const width = Math.max(...fields.map(([name]) => name.length)) + 2
  return fields
    .map(([name, value]) => name.padEnd(width) + value.replaceAll('\n', `\n${' '.repeat(width)}`))
    .join('\n')
}

/** Rows below their headings; in a terminal too narrow for that, each row as fields. */
export function formatTable(
  headings: readonly string[],
  rows: readonly (readonly string[])[],
  columns: number,
): string {
  const widths = headings.map((heading, i) => Math.max(heading.length, ...rows.map((row) => row[i]!.length)))
  const gaps = 2 * (widths.length - 1)
  if (widths.reduce((sum, width) => sum + width, gaps) <= columns) {
    const line = (row: readonly string[]): string =>
      row
        .map((cell, i) => cell.padEnd(widths[i]!))
        .join('  ')
        .trimEnd()
    return [headings, ...rows].map(line).join('\n')
  }
  return rows.map((row) => formatFields(row.map((cell, i) => [headings[i]!, cell]))).join('\n\n')
}
