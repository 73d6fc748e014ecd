import type { JoinType } from '../../functions/join-function.ts'
import type { Stamp } from '../task/event-time.ts'
import type { Held, JoinBuffer, Partners } from './join-buffer.ts'
import { Breather, type Join, type Joined, JoinedIterator } from './joined-iterator.ts'

/** What joins that keep records for a while have in common. */
export interface BufferedJoin {
  readonly type: JoinType
  readonly join: Join
  readonly buffer: JoinBuffer
  /** Event time of the output pulled last. */
  readonly stamp: Stamp
  /** Event time of what is emitted for a record without a partner, from its own and from when that was certain. */
  readonly timeAlone: (timestamp: number, expiry: number) => number
}

/** A record that comes: what the function gives for it and each partner here. It stays while others may come. */
export function meet(
  parts: BufferedJoin,
  own: Held,
  key: unknown,
  input: number,
  now: number,
): Iterable<unknown> | undefined {
  const { buffer, type } = parts
  const partners = buffer.partners(key, own.time, input)
  const expiry = buffer.expiry(own.time, input)
  if (expiry > now) buffer.keep(key, input, own)
  else if (partners === null && passesAlone(type, input)) return alone(parts, own, key, input, expiry)
  return partners === null ? undefined : pairs(parts, own, partners, key, input)
}

/**
 * Forgets the records whose expiry is at most `until`, and gives what the function makes of those without a partner.
 * Undefined when there is none. `done` is called when all are forgotten.
 */
export function forget(
  parts: BufferedJoin,
  until: number,
  done: () => void = () => {},
): Iterable<unknown> | undefined {
  const { buffer, type, join, stamp } = parts
  if (buffer.due > until || buffer.due === Infinity) return undefined
  const breather = new Breather()
  return new JoinedIterator(() => {
    for (;;) {
      const record = buffer.forget(until)
      if (record === null) {
        done()
        return null
      }
      const { value, key, input, matched, time, timestamp } = record
      if (!matched && passesAlone(type, input)) {
        stamp.timestamp = parts.timeAlone(timestamp, buffer.expiry(time, input))
        return { joined: input === 0 ? join(value, undefined, key) : join(undefined, value, key) }
      }
      const rest = breather.take()
      if (rest !== null) return rest
    }
  })
}

/** Whether a record without a partner is let through. */
function passesAlone(type: JoinType, input: number): boolean {
  return type === 'full' || (type === 'left' && input === 0)
}

function alone(
  parts: BufferedJoin,
  { value, timestamp }: Held,
  key: unknown,
  input: number,
  expiry: number,
): Iterable<unknown> {
  const { join, stamp } = parts
  let pulled = false
  return new JoinedIterator(() => {
    if (pulled) return null
    pulled = true
    stamp.timestamp = parts.timeAlone(timestamp, expiry)
    return { joined: input === 0 ? join(value, undefined, key) : join(undefined, value, key) }
  })
}

function pairs(
  { join, stamp }: BufferedJoin,
  own: Held,
  { items, from, to }: Partners,
  key: unknown,
  input: number,
): Iterable<unknown> {
  let at = from
  own.matched = true
  return new JoinedIterator((): Joined | null => {
    if (at === to) return null
    const other = items[at++] as Held
    other.matched = true
    stamp.timestamp = Math.max(own.timestamp, other.timestamp)
    return { joined: input === 0 ? join(own.value, other.value, key) : join(other.value, own.value, key) }
  })
}
