import process from 'node:process'
import type { Clock } from '../../time/clock.ts'
import { realClock } from '../../time/real-clock.ts'
import { widthOf } from '../output/text-width.ts'
import { type FrameStream, NewestFrame } from './newest-frame.ts'
import { cutStyled } from './styled-text.ts'

interface LiveStream extends FrameStream {
  readonly isTTY?: boolean
  readonly columns?: number
  readonly rows?: number
}

/**
 * A few lines on stderr that are drawn over in place, below what was written before. At most ten times a second, the
 * newest wins. Lines may hold colours, and are cut to the width of the terminal; of more lines than it has rows the
 * first are shown.
 *
 * Where stderr is no terminal nothing is written, ever: what is to stay in a log, `note` writes.
 *
 * Nothing else may write to the terminal meanwhile, unless it does so through `aside`.
 */
export class LiveLines {
  /** Whether anybody sees what is shown. */
  readonly isLive: boolean
  readonly #stream: LiveStream
  readonly #frames: NewestFrame<readonly string[]>
  /** That stand there, as they were drawn. */
  #drawn: readonly string[] = []
  #isClosed = false

  constructor(
    stream: LiveStream = process.stderr,
    clock: Pick<Clock, 'setTimeout' | 'monotonic'> = realClock,
  ) {
    this.isLive = stream.isTTY === true && process.env['TERM'] !== 'dumb'
    this.#stream = stream
    this.#frames = new NewestFrame(stream, clock, (lines) => this.#render(lines))
  }

  show(lines: readonly string[]): void {
    if (this.isLive && !this.#isClosed) this.#frames.show(lines)
  }

  /** Does something that writes to the terminal, whole lines, while the lines are out of its way. */
  aside(write: () => void): void {
    if (!this.isLive || this.#isClosed) return write()
    const lines = this.#drawn
    if (lines.length > 0) this.#stream.write(this.#render([]))
    write()
    if (lines.length > 0) this.#stream.write(this.#render(lines))
  }

  /** Takes the lines away. They come back with the next `show`. */
  clear(): void {
    this.#frames.close()
    if (this.#drawn.length > 0) this.#stream.write(this.#render([]))
  }

  /** Leaves the newest lines standing. May be called again. */
  close(): void {
    if (this.#isClosed) return
    this.#isClosed = true
    this.#frames.flush()
    this.#frames.close()
  }

  #render(lines: readonly string[]): string {
    const columns = this.#stream.columns || 80
    const rows = this.#stream.rows || 24
    // The cursor stands below the lines. A terminal that became narrower has folded them.
    const height = this.#drawn.reduce((sum, line) => sum + Math.max(1, Math.ceil(widthOf(line) / columns)), 0)
    const up = height === 0 ? '' : `\r\u001b[${Math.min(height, rows - 1)}A`
    // The last column stays empty: a terminal may go to the next line there.
    const cut = lines.slice(0, rows - 1).map((line) => cutStyled(line, columns - 1))
    this.#drawn = cut
    return `${up}${cut.map((line) => `${line}\u001b[K\n`).join('')}${height > 0 ? '\u001b[J' : ''}`
  }
}
