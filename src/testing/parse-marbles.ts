import { TestScheduler } from 'rxjs/testing'
import { invalidArgument } from '../graph/invalid-argument.ts'
import { isMark } from './marks.ts'

/** What a diagram says happens in one frame. Watermarks, barriers and crashes come as values: see marks.ts. */
export type Marble<T> =
  | { readonly frame: number; readonly kind: 'next'; readonly value: T }
  | { readonly frame: number; readonly kind: 'error'; readonly error: unknown }
  | { readonly frame: number; readonly kind: 'complete' }

/** When a source was subscribed to, and when that ended: both in frames, Infinity for never. */
export interface SubscriptionFrames {
  readonly subscribedFrame: number
  readonly unsubscribedFrame: number
}

/** What the letters of a diagram stand for. A letter stands for itself where there are none. */
export type MarbleValues<T> = Readonly<Record<string, T>>

/**
 * RxJS's notation, as in its run mode: whitespace is ignored, a character is a millisecond, `10ms ` lets time pass,
 * `(ab)` happens in one frame, `|` is the end and `#` the error, 'error' unless told.
 * @throws InvalidArgumentError for a letter that has no value.
 */
export function parseMarbles<T = string>(
  marbles: string,
  values?: MarbleValues<T>,
  error: unknown = 'error',
): Marble<T>[] {
  const messages = inRunMode(() => TestScheduler.parseMarbles(marbles, undefined, undefined, false, true))
  return messages.map(({ frame, notification }): Marble<T> => {
    switch (notification.kind) {
      case 'N':
        return { frame, kind: 'next', value: valueOf(marbles, notification.value as string, values) }
      case 'E':
        return { frame, kind: 'error', error }
      case 'C':
        return { frame, kind: 'complete' }
    }
  })
}

/** Without those marks that the letters do not know: who does not ask for watermarks is not told of them. */
export function withMarksOf(
  values: MarbleValues<unknown> | undefined,
  marbles: readonly Marble<unknown>[],
): readonly Marble<unknown>[] {
  const asked = new Set(Object.values(values ?? {}).flatMap((value) => (isMark(value) ? [value.mark] : [])))
  return marbles.filter(
    (marble) => marble.kind !== 'next' || !isMark(marble.value) || asked.has(marble.value.mark),
  )
}

/** RxJS's notation for a subscription: `^` where it begins, `!` where it ends. */
export function parseSubscription(marbles: string): SubscriptionFrames {
  const { subscribedFrame, unsubscribedFrame } = inRunMode(() =>
    TestScheduler.parseMarblesAsSubscriptions(marbles, true),
  )
  return { subscribedFrame, unsubscribedFrame }
}

/** The frame `|` stands in. */
export function parseTime(marbles: string): number {
  const end = parseMarbles(marbles).find(({ kind }) => kind === 'complete')
  if (end !== undefined) return end.frame
  throw invalidArgument('time', `"${marbles}" has no end`, 'put | in the frame that is meant')
}

function valueOf<T>(marbles: string, letter: string, values: MarbleValues<T> | undefined): T {
  if (values === undefined) return letter as T
  if (Object.hasOwn(values, letter)) return values[letter] as T
  const known = Object.keys(values).join(', ')
  throw invalidArgument(
    'marbles',
    `"${marbles}" has a letter "${letter}" without a value`,
    `add it to the values; they have ${known || 'none'}`,
  )
}

/** Outside of `TestScheduler.run` a character counts for ten frames. */
function inRunMode<R>(parse: () => R): R {
  const before = TestScheduler.frameTimeFactor
  TestScheduler.frameTimeFactor = 1
  try {
    return parse()
  } finally {
    TestScheduler.frameTimeFactor = before
  }
}
