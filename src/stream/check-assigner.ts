import { excerpt } from '../errors/excerpt.ts'
import type { WindowAssigner } from '../functions/window-assigner.ts'
import { checkPositiveInteger } from '../graph/check-number.ts'
import { invalidArgument } from '../graph/invalid-argument.ts'

/** The assigner as it is recorded. @throws InvalidArgumentError when its windows can never work. */
export function checkAssigner(given: WindowAssigner): WindowAssigner {
  const windows = Object(given) as WindowAssigner
  switch (windows.type) {
    case 'tumbling':
      return { type: windows.type, size: positive('size', windows.size), offset: whole(windows.offset) }
    case 'sliding':
      return { type: windows.type, ...overlapping(windows), offset: whole(windows.offset) }
    case 'session':
      return { type: windows.type, gap: positive('gap', windows.gap) }
    case 'count':
      return { type: windows.type, ...overlapping(windows) }
    case 'global':
      return { type: windows.type }
    default:
      throw invalidArgument(
        'window',
        `there are no windows ${excerpt(given)}`,
        'pass tumbling({ size }), sliding({ size, every }), session({ gap }), countWindow(size) or globalWindow()',
      )
  }
}

function overlapping(given: { readonly size: number; readonly every: number }): {
  readonly size: number
  readonly every: number
} {
  const size = positive('size', given.size)
  const every = positive('every', given.every)
  if (every <= size) return { size, every }
  throw invalidArgument(
    'window',
    `records between windows of ${size} that begin every ${every} would be in none`,
    'let every be at most size; filter first to leave records out',
  )
}

function positive(what: string, value: unknown): number {
  return checkPositiveInteger('window', what, value)
}

function whole(offset: unknown): number {
  if (Number.isSafeInteger(offset)) return offset as number
  throw invalidArgument(
    'window',
    `offset must be a whole number of milliseconds, got ${excerpt(offset)}`,
    'pass a whole number, or leave it out',
  )
}
