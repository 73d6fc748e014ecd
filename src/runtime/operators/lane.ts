/** Something that happened at a time. */
export interface Timed {
  readonly time: number
}

/**
 * Items in the order of their times, those of one time as they came. Plain data. Items before `from` are gone: taking
 * the first of many must not move the rest each time.
 */
export interface Lane<T extends Timed> {
  readonly items: T[]
  from: number
}

/** Items that may be gone before they are removed. */
const KEPT = 32

export function emptyLane<T extends Timed>(): Lane<T> {
  return { items: [], from: 0 }
}

export function isEmptyLane({ items, from }: Lane<Timed>): boolean {
  return from === items.length
}

/** The time of the first item; Infinity when there is none. */
export function firstTime({ items, from }: Lane<Timed>): number {
  return from === items.length ? Infinity : (items[from] as Timed).time
}

export function insertInLane<T extends Timed>(lane: Lane<T>, item: T): void {
  const { items, from } = lane
  const last = items.length - 1
  if (last < from || (items[last] as T).time <= item.time) items.push(item)
  else items.splice(firstAfter(items, from, item.time), 0, item)
}

/** Index of the first item whose time and `offset` come to at least `bound`; the length when there is none. */
export function firstFrom({ items, from }: Lane<Timed>, offset: number, bound: number): number {
  let low = from
  let high = items.length
  while (low < high) {
    const middle = (low + high) >>> 1
    if (items[middle]!.time + offset >= bound) high = middle
    else low = middle + 1
  }
  return low
}

/** Index of the first item from `from` on that is later than `time`; the length when there is none. */
export function firstAfter(items: readonly Timed[], from: number, time: number): number {
  let low = from
  let high = items.length
  while (low < high) {
    const middle = (low + high) >>> 1
    if (items[middle]!.time > time) high = middle
    else low = middle + 1
  }
  return low
}

/** Takes the first item out. There must be one. */
export function takeFirst<T extends Timed>(lane: Lane<T>): T {
  const { items } = lane
  const item = items[lane.from] as T
  items[lane.from++] = undefined as never
  if (lane.from === items.length || (lane.from > KEPT && lane.from * 2 > items.length)) {
    items.splice(0, lane.from)
    lane.from = 0
  }
  return item
}
