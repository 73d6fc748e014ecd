import { InvalidArgumentError } from '../../errors/invalid-argument-error.ts'
import { isThenable } from '../../util/is-thenable.ts'
import type { CallContext } from '../task/call-context.ts'
import type { Stage } from '../task/stage.ts'
import type { StageEnvironment } from './stage-environment.ts'
import type { UserFunction } from './user-function.ts'

/** `open` and `close` as the runtime calls them; what `snapshot` gives is saved, and back before `open`. */
export function lifecycle(
  user: UserFunction,
  context: CallContext,
  env: StageEnvironment,
): Pick<Stage, 'open' | 'close'> {
  const { close } = user
  const open = user.snapshot === undefined ? user.open : restoring(user, user.snapshot, env)
  return {
    ...(open === undefined ? {} : { open: () => open(context) }),
    ...(close === undefined ? {} : { close: () => close() }),
  }
}

/** `open` of a function that keeps state of its own: it has that back before. */
function restoring(
  { open, restore, shared }: UserFunction,
  snapshot: () => unknown,
  { scope, state }: StageEnvironment,
): (context: unknown) => unknown {
  if (shared && scope.parallelism > 1) {
    const { operator } = scope
    return () => {
      throw new InvalidArgumentError('an object with snapshot is shared by several subtasks', {
        operator,
        remedy: 'pass a class, of which each subtask has an instance, or set parallelism to 1',
      })
    }
  }
  let saved: { readonly state: unknown } | null = null
  state.value('function', { save: snapshot, load: (state) => (saved = { state }) })
  return (context) => {
    const restored = saved === null ? undefined : restore?.(saved.state)
    saved = null
    return isThenable(restored) ? Promise.resolve(restored).then(() => open?.(context)) : open?.(context)
  }
}
