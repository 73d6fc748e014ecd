import { widthOf } from '../output/text-width.ts'
import { cutStyled } from './styled-text.ts'

/** Columns and rows of a terminal. */
export interface ScreenSize {
  readonly columns: number
  readonly rows: number
}

/** What a screen is to show: a line a row from the top, which may hold colours. What is too long is cut. */
export type Frame = readonly string[]

/** Draws frames over each other: only rows that are not as they were are written. */
export class DrawDifference {
  #drawn: Frame = []
  #size: ScreenSize = { columns: 0, rows: 0 }

  /** What to write to get from the frame before to this one; '' where nothing is to be done. */
  draw(frame: Frame, size: ScreenSize): string {
    const isNew = size.columns !== this.#size.columns || size.rows !== this.#size.rows
    if (isNew) this.forget()
    this.#size = size
    const lines = frame.slice(0, size.rows).map((line) => cutStyled(line, size.columns))
    let text = isNew ? '\u001b[0m\u001b[2J' : ''
    for (let row = 0; row < Math.max(lines.length, this.#drawn.length); row++) {
      const line = lines[row] ?? ''
      if (line === (this.#drawn[row] ?? '')) continue
      // Behind a full row the cursor has no column of its own, and erasing would take the last character.
      const erase = widthOf(line) < size.columns ? '\u001b[K' : ''
      text += `\u001b[${row + 1};1H${line}${line.includes('\u001b') ? '\u001b[0m' : ''}${erase}`
    }
    this.#drawn = lines
    return text
  }

  /** Of a screen of which it is not known what it shows. */
  forget(): void {
    this.#drawn = []
    this.#size = { columns: 0, rows: 0 }
  }
}
