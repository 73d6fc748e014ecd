import { END } from '../../functions/user-functions.ts'
import { isThenable } from '../../util/is-thenable.ts'
import { type Cursor, Exit, type ExitCode, HEAD, type LoopState } from './loop-state.ts'
import type { Emitter, HeadKind, Loop } from './loop.ts'
import type { Stage } from './stage.ts'

/**
 * The loop as an interpreter of its stages. It finishes what a generated loop could not do at full speed (a promise,
 * a retry), and takes its place where code generation is forbidden or records carry reply handles.
 */
export class LoopInterpreter {
  readonly #stages: readonly Stage[]
  readonly #emitter: Emitter | null

  constructor(stages: readonly Stage[], emitter: Emitter | null) {
    this.#stages = stages
    this.#emitter = emitter
  }

  /** Runs `state.value` through the stages from `stage` on. */
  run(state: LoopState, stage: number): ExitCode {
    for (let op = stage; op < this.#stages.length; op++) {
      const exit = this.call(state, op)
      if (exit !== GO) return exit
    }
    if (this.#emitter === null) return Exit.next
    return this.#emitter.push(state.value, state.key, state) ? Exit.flush : Exit.next
  }

  /** Calls one stage. */
  call(state: LoopState, op: number): ExitCode | typeof GO {
    const stage = this.#stages[op] as Stage
    state.op = op
    if (state.apart) stage.book.in++
    return this.attempt(state, op)
  }

  /** Calls one stage without counting the record as another one: a retry. */
  attempt(state: LoopState, op: number): ExitCode | typeof GO {
    const stage = this.#stages[op] as Stage
    state.op = op
    try {
      const { value, key, input, reply } = state
      stage.context.key = stage.node.keyed ? key : undefined
      const second = stage.takes === 'internal' ? key : stage.context
      state.result =
        reply === null ? stage.call(value, second, input) : reply.run(() => stage.call(value, second, input))
    } catch (error) {
      state.result = error
      return Exit.error
    }
    return isThenable(state.result) ? Exit.await : this.accept(state, op)
  }

  /** Applies what stage `op` returned, `state.result`, to the record. */
  accept(state: LoopState, op: number): ExitCode | typeof GO {
    const stage = this.#stages[op] as Stage
    const result = state.result
    switch (stage.mode) {
      case 'value':
        if (result === undefined) return this.#drop(state, op)
        state.value = result
        break
      case 'accumulate':
        state.value = result
        break
      case 'test':
        if (!result) return this.#drop(state, op)
        break
      case 'key':
        state.key = result
        break
      case 'many':
        if (result === undefined || result === null) return Exit.next
        try {
          cursorOf(state, op).open(result, state.value)
        } catch (error) {
          state.result = error
          return Exit.error
        }
        return Exit.next
      case 'end':
        return Exit.next
      case 'pass':
        break
    }
    if (state.apart) stage.book.out++
    return GO
  }

  #drop(state: LoopState, op: number): ExitCode {
    if (state.apart) (this.#stages[op] as Stage).book.dropped++
    else state.dropped[op]!++
    state.reply?.resolve(undefined)
    return Exit.next
  }
}

/** The record goes on to the next stage. */
export const GO = -1

function cursorOf(state: LoopState, op: number): Cursor {
  return state.cursors.find((cursor) => cursor.stage === op) as Cursor
}

/** A loop that interprets its stages: see `generateLoop` for the fast one. */
export function interpretLoop(stages: readonly Stage[], head: HeadKind, emitter: Emitter | null): Loop {
  const interpreter = new LoopInterpreter(stages, emitter)
  const guards = stages.filter((stage) => 'ready' in stage || 'finished' in stage)
  return (state) => {
    state.apart = false
    for (;;) {
      for (const guard of guards) {
        if (guard.finished === true) return Exit.finished
        if (guard.ready === false) return Exit.held
      }
      if (state.budget-- <= 0) return Exit.pause
      const from = state.activeCursor
      const pulled = from === null ? pullHead(state, head) : pullCursor(state, from)
      if (pulled === SKIP) continue
      if (pulled !== GO) return pulled
      const exit = interpreter.run(state, from === null ? 0 : from.stage + 1)
      if (exit !== Exit.next) return exit
    }
  }
}

/** A cursor was exhausted: look again. */
const SKIP = -2

function pullHead(state: LoopState, head: HeadKind): ExitCode | typeof GO {
  state.reply = null
  state.op = HEAD
  if (head === 'chunk') {
    if (state.index >= state.limit) return Exit.pause
    const index = state.index++
    state.value = state.records[index]
    state.key = state.keys === null ? undefined : state.keys[index]
    state.reply = state.replies === null ? null : (state.replies[index] as typeof state.reply)
  } else {
    try {
      state.result = head === 'pull' ? state.pull!() : state.iterator!.next()
    } catch (error) {
      state.result = error
      return Exit.error
    }
    if (isThenable(state.result)) return Exit.pull
    if (!takePulled(state, head)) return Exit.ended
  }
  state.entered[0]!++
  return GO
}

/** Reads `state.result` as what the head's pull returned; false when it has ended. */
export function takePulled(state: LoopState, head: HeadKind): boolean {
  if (head === 'pull') {
    if (state.result === END) return false
    state.value = state.result
    return true
  }
  const step = state.result as IteratorResult<unknown>
  if (step.done === true) return false
  state.value = step.value
  return true
}

function pullCursor(state: LoopState, cursor: Cursor): ExitCode | typeof GO | typeof SKIP {
  state.op = -2 - cursor.stage
  if (cursor.array !== null) {
    if (cursor.index === cursor.array.length) {
      cursor.close()
      return SKIP
    }
    state.value = cursor.array[cursor.index++]
  } else {
    try {
      state.result = cursor.iterator!.next()
    } catch (error) {
      state.result = error
      return Exit.error
    }
    if (isThenable(state.result)) return Exit.pull
    const step = state.result as IteratorResult<unknown>
    if (step.done === true) {
      cursor.close()
      return SKIP
    }
    state.value = step.value
  }
  state.entered[state.cursors.indexOf(cursor) + 1]!++
  return GO
}
