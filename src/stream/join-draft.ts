import { excerpt } from '../errors/excerpt.ts'
import { invalidArgument } from '../graph/invalid-argument.ts'
import type { NodeDraft } from '../graph/node-draft.ts'
import { checkOptionNames } from '../graph/option-names.ts'
import type { JoinOptions, TemporalJoinOptions } from './join-options.ts'

/** @throws InvalidArgumentError unless there are two inputs, and the options are those of one kind of join. */
export function joinDraft(inputs: readonly string[], options: JoinOptions | undefined): NodeDraft {
  checkInputs('join', inputs)
  const { type = 'inner', between, ttl } = options ?? {}
  if (type !== 'inner' && type !== 'left' && type !== 'full') {
    throw invalidArgument(
      'join',
      `there is no join of type ${excerpt(type)}`,
      `pass 'inner', 'left' or 'full'`,
    )
  }
  if (between !== undefined && ttl !== undefined) {
    throw invalidArgument(
      'join',
      'a join goes either by between or by ttl, and was given both',
      'leave one of them out: between says itself for how long records are kept',
    )
  }
  if (between !== undefined) return { kind: 'intervalJoin', inputs, keyed: true, type, ...reach(between) }
  if (ttl !== undefined) return { kind: 'ttlJoin', inputs, keyed: true, type, ...timeToLive(ttl) }
  return { kind: 'join', inputs, keyed: true, type }
}

/** @throws InvalidArgumentError unless there are two inputs, and the options are those of a temporal join. */
export function temporalJoinDraft(
  inputs: readonly string[],
  options: TemporalJoinOptions<never> | undefined,
): NodeDraft {
  const operator = 'temporalJoin'
  checkInputs(operator, inputs)
  const { type = 'inner', time, isDelete } = options ?? {}
  if (type !== 'inner' && type !== 'left') {
    throw invalidArgument(
      operator,
      `there is no temporal join of type ${excerpt(type)}`,
      `pass 'inner' or 'left': rows that nothing asks for do not come out`,
    )
  }
  if (isDelete !== undefined && typeof isDelete !== 'function') {
    throw invalidArgument(
      operator,
      `isDelete must be a function, got ${excerpt(isDelete)}`,
      'pass a function that tells whether a record deletes its row',
    )
  }
  return { kind: operator, inputs, keyed: true, type, time: checkTime(operator, time) }
}

function checkInputs(operator: string, inputs: readonly string[]): void {
  if (inputs.length === 2) return
  throw invalidArgument(
    operator,
    `a join has two inputs, got ${inputs.length}`,
    'join two, then join the next',
  )
}

function reach(between: unknown): { readonly lower: number; readonly upper: number } {
  const [lower, upper, ...rest] = Array.isArray(between) ? (between as unknown[]) : []
  if (rest.length === 0 && isNumber(lower) && isNumber(upper) && lower <= upper) return { lower, upper }
  throw invalidArgument(
    'join',
    `between must be two numbers of milliseconds, the smaller one first, got ${excerpt(between)}`,
    'pass [lower, upper]: how much later than the left record the right one is at least, and at most',
  )
}

function timeToLive(given: unknown): { readonly ttl: number; readonly time: 'event' | 'processing' } {
  const ttl = (typeof given === 'object' && given !== null ? given : {}) as { ms?: unknown; time?: unknown }
  checkOptionNames('join', 'the ttl of a join', ttl, ['ms', 'time'])
  if (isNumber(ttl.ms) && ttl.ms > 0) return { ttl: ttl.ms, time: checkTime('join', ttl.time) }
  throw invalidArgument(
    'join',
    `ttl must be { ms } with a number of milliseconds above 0, got ${excerpt(given)}`,
    'pass ttl: { ms: 60_000 } to forget records after a minute',
  )
}

function checkTime(operator: string, time: unknown): 'event' | 'processing' {
  if (time === undefined || time === 'event') return 'event'
  if (time === 'processing') return time
  throw invalidArgument(operator, `there is no time ${excerpt(time)}`, `pass 'event' or 'processing'`)
}

function isNumber(value: unknown): value is number {
  return Number.isFinite(value)
}
