/** Windows of `size` milliseconds, one behind the other, aligned to the epoch plus `offset`. */
export interface TumblingWindows {
  readonly type: 'tumbling'
  readonly size: number
  readonly offset: number
}

/** Windows of `size` milliseconds, of which one begins every `every` milliseconds. */
export interface SlidingWindows {
  readonly type: 'sliding'
  readonly size: number
  readonly every: number
  readonly offset: number
}

/** Windows that last for as long as records come less than `gap` milliseconds apart. */
export interface SessionWindows {
  readonly type: 'session'
  readonly gap: number
}

/** Windows of `size` records, of which one begins with every `every`-th record. */
export interface CountWindows {
  readonly type: 'count'
  readonly size: number
  readonly every: number
}

/** One window for all records of a key. */
export interface GlobalWindows {
  readonly type: 'global'
}

/** How records are put into windows: pure data. */
export type WindowAssigner = TumblingWindows | SlidingWindows | SessionWindows | CountWindows | GlobalWindows

/**
 * Windows one behind the other: a record is in exactly one.
 * `size` and `offset` are whole milliseconds; windows begin at `offset` plus multiples of `size` since the epoch, in UTC.
 */
export function tumbling(windows: { readonly size: number; readonly offset?: number }): TumblingWindows {
  return { type: 'tumbling', size: windows.size, offset: windows.offset ?? 0 }
}

/**
 * Windows of `size` milliseconds, of which one begins every `every` milliseconds: a record is in all that overlap
 * there. `every` is at most `size`; windows begin at `offset` plus multiples of `every` since the epoch, in UTC.
 */
export function sliding(windows: {
  readonly size: number
  readonly every: number
  readonly offset?: number
}): SlidingWindows {
  return { type: 'sliding', size: windows.size, every: windows.every, offset: windows.offset ?? 0 }
}

/**
 * A window lasts for as long as records come less than `gap` milliseconds apart, and ends `gap` milliseconds after its
 * last record. A record that falls between two windows makes one of them.
 */
export function session(windows: { readonly gap: number }): SessionWindows {
  return { type: 'session', gap: windows.gap }
}

/**
 * A window of `size` records, in order of arrival. With `every`, at most `size`, one begins with every `every`-th
 * record, so that they overlap; default `size`. At the end of the input those that are not full yet fire too.
 */
export function countWindow(size: number, every: number = size): CountWindows {
  return { type: 'count', size, every }
}

/** One window for all records of a key, which ends with the input. Its `trigger` says when it fires before. */
export function globalWindow(): GlobalWindows {
  return { type: 'global' }
}
