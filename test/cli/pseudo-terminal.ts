import { type IPty, spawn } from '@lydell/node-pty'
import xterm from '@xterm/headless'
import type { TestContext } from '../support/suite.ts'
import type { Command } from './millrace.ts'

/** What the keys of a terminal send. */
export const keys = {
  up: '\u001b[A',
  down: '\u001b[B',
  right: '\u001b[C',
  left: '\u001b[D',
  home: '\u001b[H',
  end: '\u001b[F',
  pageUp: '\u001b[5~',
  pageDown: '\u001b[6~',
  enter: '\r',
  tab: '\t',
  escape: '\u001b',
  backspace: '\u007f',
  ctrlC: '\u0003',
  ctrlD: '\u0004',
  ctrlZ: '\u001a',
} as const

export interface Screen {
  /** All rows from the top, without the spaces at their ends. In the normal buffer also what has scrolled away. */
  readonly lines: readonly string[]
  /** The same in one. */
  readonly text: string
  /** Row and column where the cursor stands, from 0; the row counts as in `lines`. */
  readonly cursor: readonly [row: number, column: number]
  /** Whether it is the one of full-screen programs, which goes away with them. */
  readonly isAlternate: boolean
}

export interface Ended {
  readonly code: number
  /** Number of the signal that ended it; 0 for none. */
  readonly signal: number
}

/** Characters of the output that are kept. */
const RAW = 1_000_000

/**
 * A command on a real pseudo-terminal, and what a person would see there. Start one with
 * `new PseudoTerminal(context, millrace.command(['monitor']), { columns: 80, rows: 24 })`; then `type` keys, and wait
 * with `until` for what they bring about. The process does not survive the test.
 *
 * The pseudo-terminal is that of `@lydell/node-pty`: node-pty with its binaries inside npm packages. `node-pty` itself
 * has none for Linux, and would be compiled by every `npm ci`; `script` of util-linux cannot be resized but through
 * another process, and has other arguments on other systems. The screen is that of `@xterm/headless`.
 */
export class PseudoTerminal {
  /** When the process is gone, and all that it wrote is on the screen. */
  readonly ended: Promise<Ended>
  readonly #pty: IPty
  readonly #terminal: xterm.Terminal
  readonly #waiting = new Set<() => void>()
  readonly #signal: AbortSignal
  #hasEnded = false
  #raw = ''

  /** TERM is xterm-256color and the locale C.UTF-8, unless `env` says something else. */
  constructor(
    { cleanup, signal }: TestContext,
    { file, args, cwd, env }: Command,
    { columns = 80, rows = 24 }: { readonly columns?: number; readonly rows?: number } = {},
  ) {
    const { LC_ALL: _, ...inherited } = env
    this.#terminal = new xterm.Terminal({ cols: columns, rows, scrollback: 5000, allowProposedApi: true })
    this.#pty = spawn(file, [...args], {
      name: 'xterm-256color',
      cols: columns,
      rows,
      cwd,
      env: { LANG: 'C.UTF-8', ...inherited },
    })
    this.#signal = signal
    this.#pty.onData((text) => {
      this.#raw = (this.#raw + text).slice(-RAW)
      this.#terminal.write(text, () => this.#look())
    })
    // What programs ask the terminal, such as where the cursor is.
    const replies = this.#terminal.onData((text) => this.#pty.write(text))
    this.ended = new Promise((resolve) => {
      this.#pty.onExit(({ exitCode, signal: number = 0 }) => {
        replies.dispose()
        this.#terminal.write('', () => {
          this.#hasEnded = true
          this.#look()
          resolve({ code: exitCode, signal: number })
        })
      })
    })
    cleanup(async () => {
      if (!this.#hasEnded) this.kill('SIGKILL')
      await this.ended
      this.#terminal.dispose()
    })
  }

  get pid(): number {
    return this.#pty.pid
  }

  /** The last million characters that were written, with all colours and movements. */
  get raw(): string {
    return this.#raw
  }

  get screen(): Screen {
    const { active } = this.#terminal.buffer
    const lines = Array.from({ length: active.length }, (_, row) =>
      active.getLine(row)!.translateToString(true).trimEnd(),
    )
    return {
      lines,
      text: lines.join('\n'),
      cursor: [active.baseY + active.cursorY, active.cursorX],
      isAlternate: active.type === 'alternate',
    }
  }

  lines(): readonly string[] {
    return this.screen.lines
  }

  /** Keys, one write each: text, and `keys`. */
  type(...typed: readonly string[]): void {
    for (const text of typed) this.#pty.write(text)
  }

  resize(columns: number, rows: number): void {
    this.#terminal.resize(columns, rows)
    this.#pty.resize(columns, rows)
  }

  kill(signal: NodeJS.Signals = 'SIGTERM'): void {
    this.#pty.kill(signal)
  }

  /**
   * Waits until the screen is as described: it holds the text, matches, or the function says so. Rejects, with what is
   * on the screen, where that has not come when the process is gone or the test out of time.
   */
  until(wanted: string | RegExp | ((screen: Screen) => boolean)): Promise<Screen> {
    const isSo = (screen: Screen): boolean =>
      typeof wanted === 'function'
        ? wanted(screen)
        : typeof wanted === 'string'
          ? screen.text.includes(wanted)
          : wanted.test(screen.text)
    return new Promise((resolve, reject) => {
      const done = (settle: () => void): void => {
        this.#waiting.delete(look)
        this.#signal.removeEventListener('abort', onAbort)
        settle()
      }
      const fail = (why: string): void => {
        const { text } = this.screen
        done(() => reject(new Error(`${why}, and not ${String(wanted)} is on the screen, but:\n${text}`)))
      }
      const look = (): void => {
        const { screen } = this
        if (isSo(screen)) done(() => resolve(screen))
        else if (this.#hasEnded) fail('the process has ended')
      }
      const onAbort = (): void => {
        // The test has failed by then, and tells of nothing else.
        console.error(`waited for ${String(wanted)}, with this on the screen:\n${this.screen.text}`)
        fail('the test is out of time')
      }
      this.#signal.addEventListener('abort', onAbort)
      this.#waiting.add(look)
      look()
    })
  }

  #look(): void {
    for (const look of [...this.#waiting]) look()
  }
}
