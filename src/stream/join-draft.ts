import { excerpt } from '../errors/excerpt.ts'
import { checkCount } from '../graph/check-number.ts'
import { checkName } from '../graph/check-options.ts'
import { invalidArgument } from '../graph/invalid-argument.ts'
import type { NodeDraft } from '../graph/node-draft.ts'
import { checkOptionNames } from '../graph/option-names.ts'
import type { WindowJoinNode } from '../graph/transformation.ts'
import { checkAssigner } from './check-assigner.ts'
import type { JoinOptions, TemporalJoinOptions } from './join-options.ts'

/** @throws InvalidArgumentError unless there are two inputs, and the options are those of one kind of join. */
export function joinDraft(inputs: readonly string[], options: JoinOptions | undefined): NodeDraft {
  checkInputs('join', inputs)
  const { type = 'inner', window, allowedLateness, between, ttl, late } = options ?? {}
  if (type !== 'inner' && type !== 'left' && type !== 'full') {
    throw invalidArgument(
      'join',
      `there is no join of type ${excerpt(type)}`,
      `pass 'inner', 'left' or 'full'`,
    )
  }
  checkKind({ window, between, ttl })
  if (window === undefined && allowedLateness !== undefined) {
    throw invalidArgument(
      'join',
      'a join without windows was given allowedLateness',
      'leave it out, or pass window',
    )
  }
  const base = { inputs, keyed: true, type } as const
  if (window !== undefined) {
    const lateness = checkCount('join', 'allowedLateness', allowedLateness ?? 0)
    return {
      kind: 'windowJoin',
      ...base,
      assigner: checkWindow(window),
      allowedLateness: lateness,
      late: tagOf('join', late),
    }
  }
  if (between !== undefined)
    return { kind: 'intervalJoin', ...base, ...reach(between), late: tagOf('join', late) }
  if (ttl !== undefined) {
    const given = timeToLive(ttl)
    return { kind: 'ttlJoin', ...base, ...given, late: tagOf('join', late, given.time === 'event') }
  }
  tagOf('join', late, false)
  return { kind: 'join', ...base }
}

/** @throws InvalidArgumentError unless there are two inputs, and the options are those of a temporal join. */
export function temporalJoinDraft(
  inputs: readonly string[],
  options: TemporalJoinOptions<never> | undefined,
): NodeDraft {
  const operator = 'temporalJoin'
  checkInputs(operator, inputs)
  const { type = 'inner', isDelete, late } = options ?? {}
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
  const time = checkTime(operator, options?.time)
  return { kind: operator, inputs, keyed: true, type, time, late: tagOf(operator, late, time === 'event') }
}

function checkInputs(operator: string, inputs: readonly string[]): void {
  if (inputs.length === 2) return
  throw invalidArgument(
    operator,
    `a join has two inputs, got ${inputs.length}`,
    'join two, then join the next',
  )
}

function checkKind(kinds: Readonly<Record<string, unknown>>): void {
  const given = Object.keys(kinds).filter((name) => kinds[name] !== undefined)
  if (given.length < 2) return
  throw invalidArgument(
    'join',
    `a join goes by one of window, between and ttl, and was given ${given.join(' and ')}`,
    'keep one of them: each says by itself which records meet, and for how long they are kept',
  )
}

function checkWindow(window: WindowJoinNode['assigner']): WindowJoinNode['assigner'] {
  const assigner = checkAssigner(window)
  if (assigner.type !== 'count' && assigner.type !== 'global') return assigner
  throw invalidArgument(
    'join',
    `a join goes by windows of time, and was given ${assigner.type} windows`,
    'pass tumbling({ size }), sliding({ size, every }) or session({ gap })',
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

/** The side output of late records, where there are any. */
function tagOf(operator: string, late: unknown, possible: boolean = true): string {
  if (late === undefined) return 'late'
  if (possible) return checkName(operator, 'the side output of late records', late)
  throw invalidArgument(
    operator,
    `no record is too late for a ${operator} that does not go by event time, which was given late`,
    'leave late out',
  )
}

function isNumber(value: unknown): value is number {
  return Number.isFinite(value)
}
