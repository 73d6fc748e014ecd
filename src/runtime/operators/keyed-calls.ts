import { InvalidArgumentError } from '../../errors/invalid-argument-error.ts'
import type { StateDescriptors } from '../../functions/state-descriptors.ts'
import { declaredState, hasTimers, stateMisuse } from '../../functions/state-use.ts'
import type { Transformation } from '../../graph/transformation.ts'
import { declareState } from '../state/keyed/declared-state.ts'
import type { KeyedCall } from '../state/keyed/keyed-table.ts'
import { StateClock } from '../state/keyed/time-to-live.ts'
import { TimerSet } from '../state/keyed/timer-set.ts'
import type { CallContext } from '../task/call-context.ts'
import type { StageEnvironment } from './stage-environment.ts'
import { noTimers, type TimerBoard } from './timer-board.ts'
import { TimerHandle } from './timer-handle.ts'
import { unusable, type UserFunction } from './user-function.ts'

type CallNode = Transformation & { readonly concurrency: number; readonly timeout?: number | undefined }

/** What the contexts of an operator need whose function has declared state or timers. */
export class KeyedCalls {
  /** Null where the function has no `onTimer`. */
  readonly timers: TimerSet | null
  /** Decided once the stage is there. */
  board: TimerBoard
  readonly #handles: (call: KeyedCall) => unknown
  readonly #clock = new StateClock()
  readonly #env: StageEnvironment

  constructor(node: Transformation, instance: unknown, env: StageEnvironment) {
    this.#env = env
    const state = declaredState(instance) ?? {}
    this.#handles = declareState(state, env.state, this.#clock, () => env.scope.now())
    this.timers = hasTimers(node.kind, instance) ? new TimerSet(env.state) : null
    this.board = noTimers(node)
  }

  /**
   * A call begins in this context.
   * @param time how far event time has come for it.
   * @param depth of the timers it sets: see ArmedTimer.
   */
  enter(context: CallContext, time: number, depth: number): void {
    if (context.state === undefined) {
      context.state = this.#handles(context)
      context.timers = new TimerHandle(this.board, context)
    }
    this.#clock.moveTo(time)
    if (this.timers !== null) this.timers.depth = depth
  }

  /** The function as the runtime calls it: with its context made ready. */
  wrap({ call, ...rest }: UserFunction): UserFunction {
    const { eventTime } = this.#env
    return {
      ...rest,
      call: (value, context, out) => {
        this.enter(context as CallContext, eventTime.watermark, 0)
        return call(value, context, out)
      },
    }
  }
}

/** The function with its state, if it declares any; one that cannot be opened where that can never work. */
export function keyedCalls(
  node: CallNode,
  user: UserFunction,
  env: StageEnvironment,
): { readonly user: UserFunction; readonly calls: KeyedCalls | null } {
  const { instance } = user
  const state = declaredState(instance)
  // An object could ask for timers that it has no `onTimer` for: it is told so.
  const asksForTimers = node.kind === 'process' && node.keyed && typeof instance === 'object'
  if (state === null && !hasTimers(node.kind, instance) && !asksForTimers) return { user, calls: null }
  const problem = misuse(node, instance, state, env)
  if (problem !== null) return { user: unusable(problem), calls: null }
  const calls = new KeyedCalls(node, instance, env)
  return { user: calls.wrap(user), calls }
}

function misuse(
  node: CallNode,
  instance: unknown,
  state: StateDescriptors | null,
  { timed }: StageEnvironment,
): InvalidArgumentError | null {
  const { kind, keyed, name: operator, site } = node
  const pooled = node.concurrency > 1 || node.timeout !== undefined
  const found = stateMisuse({ kind, keyed, pooled }, instance)
  if (found !== null) {
    return new InvalidArgumentError(found.message, { operator, site, remedy: found.remedy })
  }
  const late = Object.entries(state ?? {}).find(([, descriptor]) => descriptor.ttl?.time === 'event')
  if (timed || late === undefined) return null
  return new InvalidArgumentError(`state "${late[0]}" lives by event time, but the stream has none`, {
    operator,
    site,
    remedy: "call assignTimestamps before keyBy, or give its ttl time: 'processing'",
  })
}
