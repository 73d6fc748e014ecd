export interface Column<Row> {
  readonly title: string
  readonly cell: (row: Row) => string
  /** Numbers line up on the right. */
  readonly right?: boolean
  /** Left out where the terminal is too narrow for it. */
  readonly optional?: boolean
}

const GAP = 2
/** The first column is cut to this before others are left out, and is never wider than MAX. */
const MIN = 12
const MAX = 40

/** Rows as aligned text, no wider than `width` where that can be done at all. */
export function table<Row>(columns: readonly Column<Row>[], rows: readonly Row[], width: number): string {
  const cells = columns.map(({ title, cell }) => [title, ...rows.map((row) => printable(cell(row)))])
  const widths = cells.map((column) => Math.max(...column.map((text) => [...text].length)))
  widths[0] = Math.min(widths[0]!, MAX)
  let shown = columns.map((_, index) => index)
  const excess = (): number => shown.reduce((sum, index) => sum + widths[index]! + GAP, -GAP) - width
  for (;;) {
    const last = shown.findLast((index) => columns[index]!.optional === true)
    if (last === undefined || excess() <= Math.max(0, widths[0] - MIN)) break
    shown = shown.filter((index) => index !== last)
  }
  widths[0] = Math.max(4, widths[0] - Math.max(0, excess()))

  const line = (row: number): string =>
    shown
      .map((index) => align(cells[index]![row]!, widths[index]!, columns[index]!.right === true))
      .join(' '.repeat(GAP))
      .trimEnd()
  return Array.from({ length: rows.length + 1 }, (_, row) => line(row)).join('\n')
}

/** What packages say of themselves may hold anything, and a terminal obeys control characters. */
export function printable(text: string): string {
  return text.replace(/\p{C}+/gu, ' ').trim()
}

function align(text: string, width: number, right: boolean): string {
  const characters = [...text]
  const cut = characters.length <= width ? text : `${characters.slice(0, width - 1).join('')}…`
  const space = ' '.repeat(width - [...cut].length)
  return right ? space + cut : cut + space
}

export function bytes(count: number): string {
  const units = ['B', 'kB', 'MB', 'GB', 'TB']
  const unit = count < 1 ? 0 : Math.min(units.length - 1, Math.floor(Math.log10(count) / 3))
  return `${unit === 0 ? count : (count / 1000 ** unit).toFixed(1)} ${units[unit]}`
}

export function integer(count: number): string {
  return Math.round(count).toLocaleString('en')
}
