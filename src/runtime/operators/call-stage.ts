import type { Transformation } from '../../graph/transformation.ts'
import { isThenable } from '../../util/is-thenable.ts'
import { CallContext } from '../task/call-context.ts'
import type { Outputs, Stage, StageMode } from '../task/stage.ts'
import { EmitBuffer } from './emit-buffer.ts'
import { type KeyedCalls, keyedCalls } from './keyed-calls.ts'
import { lifecycle } from './lifecycle.ts'
import { pullAhead } from './pull-ahead.ts'
import type { StageEnvironment } from './stage-environment.ts'
import { timerStage } from './timer-stage.ts'
import { transaction } from './transaction.ts'
import { type UserFunction, userFunction } from './user-function.ts'
import { listening } from './watermark-listener.ts'

type CallKind = 'map' | 'filter' | 'flatMap' | 'tap' | 'process' | 'sink'

const methods: Readonly<Record<CallKind, string>> = {
  map: 'map',
  filter: 'filter',
  flatMap: 'flatMap',
  tap: 'tap',
  process: 'process',
  sink: 'write',
}

const modes: Readonly<Record<CallKind, StageMode>> = {
  map: 'value',
  filter: 'test',
  flatMap: 'many',
  tap: 'pass',
  process: 'many',
  sink: 'end',
}

/** An operator that is a function of the user's. */
export function callStage(
  node: Transformation & { readonly kind: CallKind },
  given: unknown,
  env: StageEnvironment,
): Stage {
  const made = userFunction(given, methods[node.kind])
  if (typeof made.instance === 'function' && isPlain(node)) return plainStage(node, made.call, env)
  const { user, calls } = keyedCalls(node, made, env)
  const context = new CallContext(env.scope)
  const stage = {
    node,
    book: env.book,
    takes: 'context' as const,
    timed: env.timed,
    context,
    ...lifecycle(user, calls === null ? context : new CallContext(env.scope), env),
  }
  if (node.kind === 'process') return processStage(stage, user, calls, env)
  const overlaps = node.kind === 'flatMap' && node.concurrency > 1
  const call = overlaps ? pullAhead(node, user.call, env) : (user.call as Stage['call'])
  const endsItself = user.end !== undefined && (node.kind === 'map' || node.kind === 'flatMap')
  // An `end` that a filter, tap or sink happens to have is a method of its own.
  if (node.kind === 'sink')
    return { ...stage, ...transaction(user.instance, stage.open, env), mode: 'end', call }
  if (!endsItself) return { ...stage, mode: modes[node.kind], call }
  // What emits at its end needs a cursor, so a map becomes a flatMap of at most one.
  return {
    ...stage,
    mode: 'many',
    call: node.kind === 'map' ? wrapped(call, env) : call,
    ...ending(node, user, env, context),
  }
}

/** Whether a function is all there is to calls of this node, which take each record as it comes. */
function isPlain(node: Transformation & { readonly kind: CallKind; readonly concurrency: number }): boolean {
  return node.kind !== 'process' && (node.kind !== 'flatMap' || node.concurrency === 1)
}

/** The operator of a bare function, which has no hooks and no state. */
function plainStage(
  node: Transformation & { readonly kind: CallKind },
  call: Stage['call'],
  { book, timed, scope }: StageEnvironment,
): Stage {
  const context = new CallContext(scope)
  return { node, book, takes: 'context', timed, context, mode: modes[node.kind], call }
}

/** `end(out, ctx)` as the runtime calls it: once, though asked again until nothing comes. */
export function ending(
  node: Transformation,
  { end }: UserFunction,
  env: StageEnvironment,
  context: CallContext,
): Pick<Stage, 'end'> {
  if (end === undefined) return {}
  const unread = unreadSides(env)
  let ended = false
  return {
    end: () => {
      if (ended) return undefined
      ended = true
      const out = new EmitBuffer(node, env.outputs, env.scope.signal, unread, NaN)
      return out.collect(() => end(out, context))
    },
  }
}

/** A call that drops by returning undefined, as one that gives at most one output. */
export function wrapped(call: Stage['call'], { book }: StageEnvironment): Stage['call'] {
  const wrap = (result: unknown): readonly unknown[] | undefined => {
    if (result !== undefined) return [result]
    book.dropped++
    return undefined
  }
  return (value, context, input, timestamp) => {
    const result = call(value, context, input, timestamp)
    return isThenable(result) ? Promise.resolve(result).then(wrap) : wrap(result)
  }
}

/** Records for a side output that nobody reads are counted in the operator's metrics, and warned of once. */
export function unreadSides({ scope }: StageEnvironment): (tag: string) => void {
  const warned = new Set<string>()
  return (tag) => {
    scope.metrics.count(`unread side output '${tag}'`)
    if (warned.has(tag)) return
    warned.add(tag)
    scope.logger.warn(
      `Nothing reads side output '${tag}' of '${scope.operator}': what it emits there is dropped.`,
    )
  }
}

function processStage(
  bare: Omit<Stage, 'mode' | 'call'>,
  user: UserFunction,
  calls: KeyedCalls | null,
  env: StageEnvironment,
): Stage {
  const { node, context } = bare
  const unread = unreadSides(env)
  const stage: Stage = {
    ...bare,
    mode: 'many',
    call: (value, context): Outputs | Promise<Outputs> => {
      const out = new EmitBuffer(node, env.outputs, env.scope.signal, unread, (context as CallContext).time)
      return out.collect(() => user.call(value, context, out))
    },
    ...ending(node, user, env, calls === null ? context : new CallContext(env.scope)),
  }
  if (calls !== null && calls.timers !== null) return timerStage(stage, user, calls, env, unread)
  return listening(stage, user.instance)
}
