import { Buffer } from 'node:buffer'
import { InvalidCursorError } from '../../errors/job-server-errors.ts'
import { InvalidArgumentError } from '../../errors/invalid-argument-error.ts'
import type { JobOrder, JobPlace } from './job-order.ts'

type List = 'transitions' | 'deliveries' | 'dead letters'

/** Where a page ends, for the one behind it: the number of its last item. Opaque to clients. */
export const cursorOf = (list: List, last: number): string =>
  Buffer.from(`${list} ${last}`).toString('base64url')

/** @throws InvalidCursorError for what `cursorOf` did not make for this list. */
export function lastOf(list: List, cursor: string): number {
  const text = Buffer.from(cursor, 'base64url').toString()
  const last = Number(text.slice(list.length + 1))
  if (Number.isSafeInteger(last) && cursorOf(list, last) === cursor) return last
  throw noCursor(list)
}

/** Where a page of jobs ends, and up to which moment those that run had lasted then. */
export interface JobPageEnd extends JobPlace {
  readonly now: number
}

export const jobCursorOf = ({ sort }: JobOrder, { value, number, now }: JobPageEnd): string =>
  Buffer.from(JSON.stringify([sort, value, number, now])).toString('base64url')

/** @throws InvalidCursorError for what `jobCursorOf` did not make for this order. */
export function jobPageEndOf(order: JobOrder, cursor: string): JobPageEnd {
  const [, value, number, now] = parsed(cursor)
  const isText = order.key === 'name'
  if (typeof value === (isText ? 'string' : 'number') && Number.isSafeInteger(number) && isNumber(now)) {
    const end = { value: value as number | string, number: number as number, now }
    if (jobCursorOf(order, end) === cursor) return end
  }
  throw noCursor('jobs in this order')
}

const isNumber = (value: unknown): value is number => typeof value === 'number'

function parsed(cursor: string): readonly unknown[] {
  try {
    const value: unknown = JSON.parse(Buffer.from(cursor, 'base64url').toString())
    return Array.isArray(value) ? value : []
  } catch {
    return []
  }
}

const noCursor = (list: string): InvalidCursorError =>
  new InvalidCursorError(`this is no cursor of a list of ${list}`, {
    remedy: 'pass `next` of the page before back as it was, or leave the cursor out to begin anew',
  })

/** The most items a page may have. */
export const MOST_ITEMS = 200

export function checkLimit(limit: number, most: number = Number.MAX_SAFE_INTEGER): number {
  if (Number.isInteger(limit) && limit >= 1 && limit <= most) return limit
  throw new InvalidArgumentError(
    most === MOST_ITEMS
      ? `a page has from 1 to ${MOST_ITEMS} items, not ${limit}`
      : `a limit is a whole number of at least 1, not ${limit}`,
  )
}
