/** A mark, and the frame it belongs to. */
export interface Drawn {
  readonly frame: number
  readonly mark: string
}

export interface DrawnRows {
  /** One diagram per list of marks, aligned by column. */
  readonly rows: readonly string[]
  /** The column in which a frame with marks begins. */
  readonly columnOf: (frame: number) => number
}

/** Frames without marks that are drawn as dashes; more are drawn as a number of milliseconds. */
const LONGEST_DASH = 24

/**
 * Draws marks as diagrams that align: a frame with marks begins in the same column of each row. Several marks in one
 * frame become a group, and as in RxJS a group takes as many frames as it has characters; where the next mark comes
 * sooner the rows are pushed apart by spaces.
 */
export function drawRows(lists: readonly (readonly Drawn[])[]): DrawnRows {
  const frames = [...new Set(lists.flat().map(({ frame }) => frame))].sort((a, b) => a - b)
  const columns = new Map<number, number>()
  const rows = lists.map((marks) => ({ marks, text: '', reach: 0, last: marks.at(-1)?.frame ?? -1 }))
  for (const frame of frames) {
    const active = rows.filter(({ last }) => last >= frame)
    const reached = Math.max(0, ...active.map(({ reach }) => reach))
    for (const row of active) {
      row.text += pass(row.reach, frame, reached)
      row.reach = Math.max(row.reach, frame)
    }
    const present = active.filter(({ marks }) => marks.some((drawn) => drawn.frame === frame))
    const column = Math.max(...present.map(({ text }) => text.length))
    columns.set(frame, column)
    for (const row of present) {
      const marks = row.marks.flatMap((drawn) => (drawn.frame === frame ? [drawn.mark] : [])).join('')
      const text = marks.length > 1 ? `(${marks})` : marks
      row.text = row.text.padEnd(column) + text
      row.reach = Math.max(row.reach, frame + text.length)
    }
  }
  return { rows: rows.map(({ text }) => text), columnOf: (frame) => columns.get(frame) ?? 0 }
}

/** The time from one frame to another; what is long is abbreviated from where all rows have come to. */
function pass(from: number, to: number, reached: number): string {
  if (to <= from) return ''
  if (to - reached <= LONGEST_DASH) return '-'.repeat(to - from)
  return `${'-'.repeat(reached - from)} ${to - reached}ms `
}
