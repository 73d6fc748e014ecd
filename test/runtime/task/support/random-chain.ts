import fc from 'fast-check'
import type { ErrorPolicy } from '../../../../src/functions/error-policy.ts'
import type { CallContext } from '../../../../src/runtime/task/call-context.ts'
import type { Stage, StageMode } from '../../../../src/runtime/task/stage.ts'
import { countsOf, createNode, createStage } from './parts.ts'

/** How a stage gives what it gives: all of them must come to the same. */
type Manner = 'sync' | 'promise' | 'thenable'

/** A stage as data: which of its calls fail, are asynchronous, drop, or give how many outputs. */
export interface StageSpec {
  readonly mode: StageMode
  readonly salt: number
  /** Of ten calls, so many are asynchronous, throw, and throw after outputs. */
  readonly late: number
  readonly failing: number
  readonly retries: number
  readonly form: 'array' | 'generator' | 'async generator' | 'set'
}

const anyMode = fc.constantFrom<StageMode[]>(
  'value',
  'value',
  'test',
  'accumulate',
  'pass',
  'key',
  'many',
  'many',
)

export const anySpec: fc.Arbitrary<StageSpec> = fc.record({
  mode: anyMode,
  salt: fc.nat(1000),
  late: fc.constantFrom(0, 0, 1, 4, 10),
  failing: fc.constantFrom(0, 0, 1, 3),
  retries: fc.constantFrom(0, 0, 1),
  form: fc.constantFrom('array', 'generator', 'async generator', 'set'),
})

/** 0 to 9, by record, stage and question. */
const draw = ({ salt }: StageSpec, value: unknown, question: number): number =>
  (Math.imul(Number(value ?? 0) + 7, 2654435761) ^ Math.imul(salt + question * 31, 40503)) >>> 8 & 1023 // prettier-ignore

const ten = (spec: StageSpec, value: unknown, question: number): number => draw(spec, value, question) % 10

/** What becomes of a record in a stage, were every call made at once. */
interface Outcome {
  readonly fails: boolean
  readonly result: unknown
  /** For `many`: its outputs fail after so many of them, or never. */
  readonly breaksAfter: number
}

const outcomeOf = (spec: StageSpec, value: unknown, key: unknown): Outcome => {
  // `accumulate` may pass undefined.
  const n = Number(value ?? 0)
  const fails = ten(spec, n, 1) < spec.failing
  const result = ((): unknown => {
    switch (spec.mode) {
      case 'value':
        return ten(spec, n, 2) < 2
          ? undefined
          : n * 2 + spec.salt + ((key as string | undefined) ?? '').length
      case 'accumulate':
        return ten(spec, n, 2) < 2 ? undefined : n + 1
      case 'test':
        return [true, false, 0, 1, '', 'yes', null][draw(spec, n, 2) % 7]
      case 'key':
        return `by ${(n + spec.salt) % 3}`
      case 'many': {
        const count = (draw(spec, n, 2) % 5) - 1
        return count < 0 ? [null, undefined][n & 1] : Array.from({ length: count }, (_, i) => n * 10 + i)
      }
      default:
        return 'ignored'
    }
  })()
  const lazy = spec.form === 'generator' || spec.form === 'async generator'
  const breaksAfter = lazy && ten(spec, n, 3) < spec.failing ? draw(spec, n, 4) % 3 : Infinity
  return { fails, result, breaksAfter }
}

const inManner = (result: unknown, manner: Manner): unknown => {
  if (manner === 'promise') return Promise.resolve(result)
  return manner === 'sync' ? result : { then: (done: (value: unknown) => void) => done(result) }
}

const outputsOf = (spec: StageSpec, outputs: readonly unknown[], breaksAfter: number): unknown => {
  const check = (index: number): void => {
    if (index >= breaksAfter) throw new Error('outputs broke')
  }
  switch (spec.form) {
    case 'array':
      return outputs
    case 'set':
      return new Set(outputs)
    case 'generator':
      return (function* () {
        for (const [index, output] of outputs.entries()) {
          check(index)
          yield output
        }
        check(outputs.length)
      })()
    case 'async generator':
      return (async function* () {
        for (const [index, output] of outputs.entries()) {
          check(index)
          yield output
        }
        check(outputs.length)
        await Promise.resolve()
      })()
  }
}

/** The spec as a stage: it calls in the manner the record decides, and its failures are for good. */
export const stageOf = (spec: StageSpec, op: number, keyed: boolean): Stage => {
  const onError: ErrorPolicy = spec.retries > 0 ? { retry: { attempts: spec.retries }, then: 'skip' } : 'skip'
  const takes = spec.salt % 2 === 0 ? 'context' : 'internal'
  const call = (value: unknown, second: unknown): unknown => {
    const key = takes === 'context' ? (second as CallContext).key : second
    const { fails, result, breaksAfter } = outcomeOf(spec, value, keyed ? key : undefined)
    const manner: Manner =
      ten(spec, value, 5) < spec.late ? (draw(spec, value, 6) % 2 ? 'promise' : 'thenable') : 'sync'
    if (fails) {
      const error = new Error(`no ${String(value)}`)
      if (manner === 'sync') throw error
      return Promise.reject(error)
    }
    const given = Array.isArray(result) ? outputsOf(spec, result as unknown[], breaksAfter) : result
    return inManner(given, manner)
  }
  const node = createNode({ id: `n${op + 1}`, name: `stage ${op}`, onError, keyed })
  return createStage(spec.mode, call, { node, takes })
}

export interface Counts {
  in: number
  out: number
  dropped: number
  errors: number
}

/** The same chain without any of the machinery: record by record, depth first. */
export const oracle = (
  specs: readonly StageSpec[],
  input: readonly unknown[],
  keyed: boolean,
): { received: unknown[]; counts: Record<string, number>[] } => {
  const received: unknown[] = []
  const counts: Counts[] = specs.map(() => ({ in: 0, out: 0, dropped: 0, errors: 0 }))
  let key: unknown
  const pass = (op: number, value: unknown): void => {
    const spec = specs[op]
    if (spec === undefined) {
      received.push(keyed ? [key, value] : value)
      return
    }
    const count = counts[op]!
    count.in++
    const { fails, result, breaksAfter } = outcomeOf(spec, value, keyed ? key : undefined)
    if (fails) {
      count.errors += 1 + spec.retries
      count.dropped++
      return
    }
    const go = (next: unknown): void => {
      count.out++
      pass(op + 1, next)
    }
    if (spec.mode === 'many') {
      const outputs = (result ?? []) as readonly unknown[]
      outputs.slice(0, breaksAfter).forEach(go)
      if (result !== null && result !== undefined && breaksAfter <= outputs.length) {
        count.errors++
        count.dropped++
      }
    } else if (spec.mode === 'value' && result === undefined) count.dropped++
    else if (spec.mode === 'test' && !result) count.dropped++
    else {
      if (spec.mode === 'key') key = result
      go(spec.mode === 'value' || spec.mode === 'accumulate' ? result : value)
    }
  }
  for (const record of input) {
    key = keyed ? `key ${String(record)}` : undefined
    pass(0, record)
  }
  return { received, counts: counts.map((count) => countsOf(count as never)) }
}
