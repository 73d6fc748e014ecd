import type { Colors } from '../output/colors.ts'
import { type Column, formatRows } from '../output/table.ts'
import { widthOf } from '../output/text-width.ts'
import { wrap } from '../output/wrap.ts'

/** How reports are written. */
export interface ReportStyle {
  /** Milliseconds since the epoch. */
  readonly now: number
  readonly colors: Colors
  /** Of the terminal; Infinity where there is none. */
  readonly columns: number
  readonly isWide: boolean
}

export type Field = readonly [name: string, value: string, color?: (text: string) => string]

/** Names and values below each other, the values wrapped: nothing of them is left out. */
export function fieldLines(fields: readonly Field[], { columns }: ReportStyle): readonly string[] {
  const width = Math.max(...fields.map(([name]) => widthOf(name))) + 2
  const rest = Math.max(8, columns - width)
  return fields.flatMap(([name, value, color = (text: string) => text]) =>
    wrap(value, rest).map((line, i) => `${(i === 0 ? name : '').padEnd(width)}${color(line)}`.trimEnd()),
  )
}

/** A table below a heading; nothing where it has no rows. */
export function section<T>(
  heading: string,
  rows: readonly T[],
  table: readonly Column<T>[],
  { colors, columns, isWide }: ReportStyle,
): readonly string[] {
  if (rows.length === 0) return []
  const shown = table.filter(({ wide = false }) => isWide || !wide)
  return ['', colors.bold(heading), ...formatRows(rows, shown, columns)]
}
