import process from 'node:process'
import { Observable, Subscription } from 'rxjs'
import type { Clock } from '../../time/clock.ts'
import type { Key } from './decode-keys.ts'
import { DrawDifference, type Frame, type ScreenSize } from './draw-difference.ts'
import { type KeyStream, keysOf } from './keys.ts'
import { type FrameStream, NewestFrame } from './newest-frame.ts'

export interface ScreenInput extends KeyStream {
  setRawMode(isRaw: boolean): unknown
  resume(): unknown
  pause(): unknown
}

export interface ScreenOutput extends FrameStream {
  readonly columns?: number
  readonly rows?: number
  on(event: 'resize', listener: () => void): unknown
  off(event: 'drain' | 'resize', listener: () => void): unknown
}

/** A terminal of two streams, and the time by which it is drawn on. */
export interface ScreenTerminal {
  readonly stdin: ScreenInput
  readonly stdout: ScreenOutput
  readonly clock: Pick<Clock, 'setTimeout' | 'monotonic'>
}

/** What somebody who sits at a screen does. */
export interface ScreenEvents {
  /** Ctrl-C is a key like others. Completes when the terminal goes away. */
  readonly keys$: Observable<Key>
  /** Begins with the size it has. */
  readonly size$: Observable<ScreenSize>
}

const enter = '\u001b[?1049h\u001b[?25l\u001b[2J'
const leave = '\u001b[0m\u001b[?25h\u001b[?1049l'

/**
 * Shows what a program emits, full-screen, until it completes: drawn by difference, at most ten times a second, of
 * several the newest, and none while the terminal cannot take more. Only what is shown is made into lines.
 *
 * However it ends the terminal is as it was before: when the program completes or fails, also by an exception in `draw`,
 * and when the process exits meanwhile. Rejects with what the program or `draw` failed with.
 */
export async function fullScreen<T>(
  { stdin, stdout, clock }: ScreenTerminal,
  program: (events: ScreenEvents) => Observable<T>,
  draw: (shown: T) => Frame,
): Promise<void> {
  const subscription = new Subscription()
  const difference = new DrawDifference()
  let fail: (error: unknown) => void = () => {}
  const frames = new NewestFrame<T>(stdout, clock, (shown) => {
    try {
      return difference.draw(draw(shown), sizeOf(stdout))
    } catch (error) {
      fail(error)
      return ''
    }
  })
  let isOpen = true
  const restore = (): void => {
    if (!isOpen) return
    isOpen = false
    frames.close()
    stdin.setRawMode(false)
    stdin.pause()
    stdout.write(leave)
  }
  // However else the process may come to its end; what it dies of is to be read on the screen that stays.
  process.once('uncaughtExceptionMonitor', restore)
  process.once('exit', restore)
  stdin.setRawMode(true)
  stdin.resume()
  stdout.write(enter)
  try {
    await new Promise<void>((resolve, reject) => {
      fail = reject
      subscription.add(
        program({ keys$: keysOf(stdin, clock), size$: sizesOf(stdout) }).subscribe({
          next: (shown) => frames.show(shown),
          error: reject,
          complete: resolve,
        }),
      )
    })
  } finally {
    subscription.unsubscribe()
    restore()
    process.off('uncaughtExceptionMonitor', restore)
    process.off('exit', restore)
  }
}

const sizeOf = ({ columns, rows }: ScreenOutput): ScreenSize => ({ columns: columns || 80, rows: rows || 24 })

function sizesOf(stdout: ScreenOutput): Observable<ScreenSize> {
  return new Observable((subscriber) => {
    const tell = (): void => subscriber.next(sizeOf(stdout))
    tell()
    stdout.on('resize', tell)
    return () => stdout.off('resize', tell)
  })
}
