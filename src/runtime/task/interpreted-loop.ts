import { END } from '../../functions/user-functions.ts'
import { isThenable } from '../../util/is-thenable.ts'
import { type Cursor, Exit, type ExitCode, HEAD, type LoopState } from './loop-state.ts'
import type { HeadKind, Loop } from './loop.ts'
import type { Stage, WatermarkSource } from './stage.ts'
import type { Steps } from './steps.ts'

/** A record was pulled into `state.value`. */
const PULLED = -1
/** A cursor was exhausted: look again. */
const SKIP = -2

/**
 * The loop that calls closures, stage by stage. It is there at once, so every strand begins with it; it is what runs
 * where code generation is forbidden, and where records carry reply handles. `generateLoop` makes the fast one.
 */
export function interpretLoop(stages: readonly Stage[], head: HeadKind, { enter }: Steps): Loop {
  const guards = stages.filter((stage) => 'ready' in stage || 'finished' in stage)
  const clock = stages.find((stage) => stage.generates !== undefined)?.generates ?? null
  const timers = stages.filter((stage) => 'dueAt' in stage)
  const leveled = stages.some((stage) => stage.mode === 'many')
  return (state) => {
    try {
      for (;;) {
        for (const guard of guards) {
          if (guard.finished === true) return Exit.finished
          if (guard.ready === false) return Exit.held
        }
        if (state.budget-- <= 0) return Exit.pause
        const from = leveled ? state.activeCursor : null
        if (from === null && firesTimers(clock, timers)) return Exit.time
        const pulled =
          from === null ? pullHead(state, head) : pullCursor(state, from, stages[from.stage] as Stage)
        if (pulled === SKIP) continue
        if (pulled !== PULLED) return pulled
        const exit = (enter[from === null ? 0 : from.stage + 1] as (typeof enter)[0])(state, state.value)
        if (exit !== Exit.next) return exit
      }
    } catch (error) {
      state.result = error
      return Exit.error
    }
  }
}

/** Event time has come to where a stage has something to do. */
function firesTimers(clock: WatermarkSource | null, timers: readonly Stage[]): boolean {
  if (clock === null) return false
  for (const { dueAt } of timers) if (clock.next >= (dueAt as number)) return true
  return false
}

function pullHead(state: LoopState, head: HeadKind): ExitCode | typeof PULLED {
  state.op = HEAD
  if (head === 'chunk') {
    if (state.index >= state.limit) return Exit.pause
    const index = state.index++
    state.value = state.records[index]
    state.key = state.keys === null ? undefined : state.keys[index]
    state.reply = state.replies === null ? null : (state.replies[index] as typeof state.reply)
    state.timestamp = state.timestamps === null ? NaN : (state.timestamps[index] as number)
  } else {
    state.result = head === 'pull' ? state.pull!() : state.iterator!.next()
    if (isThenable(state.result)) return Exit.pull
    if (!takePulled(state, head)) return Exit.ended
    state.timestamp = NaN
  }
  state.entered[0]!++
  return PULLED
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

function pullCursor(
  state: LoopState,
  cursor: Cursor,
  { stamp }: Stage,
): ExitCode | typeof PULLED | typeof SKIP {
  state.op = -2 - cursor.stage
  if (cursor.array !== null) {
    if (cursor.index === cursor.array.length) {
      cursor.close()
      return SKIP
    }
    state.value = cursor.array[cursor.index++]
  } else {
    state.result = cursor.iterator!.next()
    if (isThenable(state.result)) return Exit.pull
    const step = state.result as IteratorResult<unknown>
    if (step.done === true) {
      cursor.close()
      return SKIP
    }
    state.value = step.value
  }
  state.timestamp = stamp === undefined ? cursor.timestamp : stamp.timestamp
  state.entered[state.cursors.indexOf(cursor) + 1]!++
  return PULLED
}
