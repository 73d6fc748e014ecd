import { cutTo, oneLine, padTo, widthOf } from './text-width.ts'

/** One column of a table of `T`. */
export interface Column<T> {
  readonly heading: string
  /** Plain text: what is no letter of it is made a space. */
  readonly value: (row: T) => string
  /** Colours a cell when it is padded already. */
  readonly color?: (row: T) => (text: string) => string
  readonly align?: 'left' | 'right'
  /** Only in `--output wide`. */
  readonly wide?: boolean
  /** May be cut, down to so many columns, where the terminal is too narrow. */
  readonly least?: number
  /** Left out where that is not enough, the last one first. */
  readonly optional?: boolean
}

const GAP = '  '
/** Columns of a value beside a whole name, where rows are fields; with less both have the same. */
const LEAST_VALUE = 3

/**
 * Headings and rows. In a terminal too narrow even with all cut and left out that may be, each row as names and values,
 * all of them.
 */
export function formatRows<T>(
  rows: readonly T[],
  columns: readonly Column<T>[],
  terminal: number,
): readonly string[] {
  for (let shown = columns; ;) {
    const table = asTable(rows, shown, terminal)
    if (table !== undefined) return table
    const last = shown.findLastIndex(({ optional }) => optional)
    if (last === -1) return asFields(rows, columns, terminal)
    shown = shown.toSpliced(last, 1)
  }
}

function asTable<T>(
  rows: readonly T[],
  columns: readonly Column<T>[],
  terminal: number,
): readonly string[] | undefined {
  const cells = cellsOf(rows, columns)
  const wanted = columns.map(({ heading }, i) =>
    Math.max(widthOf(heading), ...cells.map((row) => widthOf(row[i]!))),
  )
  const widths = fit(wanted, columns, terminal)
  if (widths === undefined) return undefined
  const line = (texts: readonly string[], row?: T): string =>
    texts
      .map((text, i) => {
        const column = columns[i]!
        const isLast = i === texts.length - 1 && column.align !== 'right'
        const cell = cutTo(text, widths[i]!)
        const padded = isLast ? cell : padTo(cell, widths[i]!, column.align)
        return row !== undefined && column.color !== undefined ? column.color(row)(padded) : padded
      })
      .join(GAP)
      .trimEnd()
  return [line(columns.map(({ heading }) => heading)), ...cells.map((texts, i) => line(texts, rows[i]))]
}

/** Widths that fit: the widest of those that may be cut are, to the same width. Undefined where that is not enough. */
function fit<T>(
  wanted: readonly number[],
  columns: readonly Column<T>[],
  terminal: number,
): readonly number[] | undefined {
  const widths = [...wanted]
  let excess = widths.reduce((sum, width) => sum + width, GAP.length * (widths.length - 1)) - terminal
  while (excess > 0) {
    let widest = -1
    for (const [i, { heading, least }] of columns.entries()) {
      if (least === undefined || widths[i]! <= Math.max(least, widthOf(heading))) continue
      if (widest === -1 || widths[i]! > widths[widest]!) widest = i
    }
    if (widest === -1) return undefined
    widths[widest]!--
    excess--
  }
  return widths
}

const cellsOf = <T>(rows: readonly T[], columns: readonly Column<T>[]): readonly (readonly string[])[] =>
  rows.map((row) => columns.map(({ value }) => oneLine(value(row))))

function asFields<T>(rows: readonly T[], columns: readonly Column<T>[], terminal: number): readonly string[] {
  const cells = cellsOf(rows, columns)
  const wanted = Math.max(...columns.map(({ heading }) => widthOf(heading)))
  const isWideEnough = terminal - wanted - GAP.length >= LEAST_VALUE
  const width = isWideEnough ? wanted : Math.max(1, Math.floor((terminal - GAP.length) / 2))
  const rest = terminal - width - GAP.length
  return cells.flatMap((texts, i) => [
    ...(i === 0 ? [] : ['']),
    ...texts.map((text, c) => {
      const { heading, color } = columns[c]!
      const cell = cutTo(text, rest)
      return `${padTo(cutTo(heading, width), width)}${GAP}${color === undefined ? cell : color(rows[i]!)(cell)}`.trimEnd()
    }),
  ])
}
