import { isThenable } from '../../util/is-thenable.ts'
import { callOut } from './call-out.ts'
import { type Cursor, Exit, type ExitCode, type LoopState } from './loop-state.ts'
import type { Emitter } from './loop.ts'
import type { Stage } from './stage.ts'

/** Takes a record into a stage and through all that follow, until it is done with or something must be waited for. */
export type Step = (state: LoopState, value: unknown) => ExitCode

/** A fused chain as closures, each of which calls the next. */
export interface Steps {
  /** By stage: into it. The last one leaves the chain. */
  readonly enter: readonly Step[]
  /**
   * By stage: on from it, when its call has returned `state.result` and that is no promise any more. Only for records
   * that are finished apart from the loop, whose promises are waited for.
   */
  readonly accept: readonly Step[]
}

/**
 * Who counts the records: `loop`, as the loop does, what is dropped only, from which all else follows; `books`, every
 * record at every stage, for those that are finished apart from the loop.
 */
export type Accounting = 'loop' | 'books'

/** @param emitter where records go that leave the chain; null where none does. */
export function buildSteps(stages: readonly Stage[], emitter: Emitter | null, accounting: Accounting): Steps {
  let next: Step =
    emitter === null
      ? () => Exit.next
      : (state, value) => (emitter.push(value, state.key, state) ? Exit.flush : Exit.next)
  const calls = stages.map(({ call }) => call)
  const enter: Step[] = [next]
  const accept: Step[] = []
  for (let op = stages.length - 1; op >= 0; op--) {
    const stage = stages[op] as Stage
    const on = accounting === 'loop' ? next : counted(stage, next)
    const drop = accounting === 'loop' ? dropInLoop : dropInBooks(stage)
    const entered = enterStep(stage, calls, op, on, drop)
    next = accounting === 'loop' ? entered : countedIn(stage, entered)
    enter.push(next)
    if (accounting === 'books') accept.push(acceptStep(stage, op, on, drop))
  }
  return { enter: enter.reverse(), accept: accept.reverse() }
}

type Calls = readonly Stage['call'][]

/** Makes the call of stage `op`; also for a retry, which is not counted as another record. */
export function invoke(stage: Stage, state: LoopState, value: unknown): unknown {
  const { reply, key, input, timestamp } = state
  if (stage.takes === 'context') {
    stage.context.key = stage.node.keyed ? key : undefined
    stage.context.time = timestamp
  }
  const second = stage.takes === 'context' ? stage.context : key
  if (reply === null) return stage.call(value, second, input, timestamp)
  return reply.run(() => stage.call(value, second, input, timestamp))
}

/** The modes on the way of most records are spelled out, without a call in between. */
function enterStep(stage: Stage, calls: Calls, op: number, next: Step, drop: Step): Step {
  if (stage.takes === 'context' && !stage.node.keyed && stage.timed !== true) {
    if (stage.mode === 'value') return enterValue(stage, calls, op, next, drop)
    if (stage.mode === 'test') return enterTest(stage, calls, op, next, drop)
  }
  const accept = acceptStep(stage, op, next, drop)
  return (state, value) => {
    state.op = op
    state.value = value
    const result = invoke(stage, state, value)
    state.result = result
    return isThenable(result) ? Exit.await : accept(state, value)
  }
}

function enterValue(stage: Stage, calls: Calls, op: number, next: Step, drop: Step): Step {
  const { context } = stage
  return (state, value) => {
    state.op = op
    state.value = value
    const result =
      state.reply === null ? callOut(calls, op, value, context, state.input) : invoke(stage, state, value)
    if (result === undefined) return drop(state, value)
    if (typeof result !== 'object' || !isThenable(result)) return next(state, result)
    state.result = result
    return Exit.await
  }
}

function enterTest(stage: Stage, calls: Calls, op: number, next: Step, drop: Step): Step {
  const { context } = stage
  const accept = acceptStep(stage, op, next, drop)
  return (state, value) => {
    state.op = op
    state.value = value
    const result =
      state.reply === null ? callOut(calls, op, value, context, state.input) : invoke(stage, state, value)
    if (result === true) return next(state, value)
    if (result === false) return drop(state, value)
    state.result = result
    return isThenable(result) ? Exit.await : accept(state, value)
  }
}

function acceptStep(stage: Stage, op: number, next: Step, drop: Step): Step {
  switch (stage.mode) {
    case 'value':
      return (state, value) => (state.result === undefined ? drop(state, value) : next(state, state.result))
    case 'accumulate':
      return (state) => next(state, state.result)
    case 'test':
      return (state, value) => (state.result ? next(state, value) : drop(state, value))
    case 'pass':
      return next
    case 'key':
      return (state, value) => {
        state.key = state.result
        return next(state, value)
      }
    case 'time':
      return (state, value) => {
        state.timestamp = state.result as number
        return next(state, value)
      }
    case 'many':
      return (state, value) => {
        const { result } = state
        if (result !== undefined && result !== null) cursorOf(state, op).open(result, value, state.timestamp)
        return Exit.next
      }
    case 'end':
      return () => Exit.next
  }
}

function cursorOf(state: LoopState, op: number): Cursor {
  return state.cursors.find((cursor) => cursor.stage === op) as Cursor
}

/** By the stage at work, which whoever enters a stage has noted. */
const dropInLoop: Step = (state) => {
  state.dropped[state.op]!++
  state.reply?.resolve(undefined)
  return Exit.next
}

function dropInBooks({ book }: Stage): Step {
  return (state) => {
    book.dropped++
    state.reply?.resolve(undefined)
    return Exit.next
  }
}

function countedIn({ book }: Stage, step: Step): Step {
  return (state, value) => {
    book.in++
    return step(state, value)
  }
}

function counted({ book }: Stage, step: Step): Step {
  return (state, value) => {
    book.out++
    return step(state, value)
  }
}
