import type { ComapNode } from '../../graph/transformation.ts'
import { CallContext } from '../task/call-context.ts'
import type { Stage } from '../task/stage.ts'
import { ending, wrapped } from './call-stage.ts'
import { lifecycle } from './lifecycle.ts'
import type { StageEnvironment } from './stage-environment.ts'
import { type UserFunction, userFunction } from './user-function.ts'

/** One function per input, or a class with map0, map1, ... */
export function comapStage(node: ComapNode, given: unknown, env: StageEnvironment): Stage {
  const context = new CallContext(env.scope)
  const { functions, user } = perInput(given, node.inputs.length)
  const call: Stage['call'] = (value, ctx, input, timestamp) =>
    (functions[input] as Stage['call'])(value, ctx, input, timestamp)
  const stage = {
    node,
    book: env.book,
    takes: 'context' as const,
    timed: env.timed,
    context,
    ...(user === null ? {} : lifecycle(user, context, env)),
  }
  if (user?.end === undefined) return { ...stage, mode: 'value', call }
  return { ...stage, mode: 'many', call: wrapped(call, env), ...ending(node, user, env, context) }
}

function perInput(
  given: unknown,
  inputs: number,
): { functions: readonly unknown[]; user: UserFunction | null } {
  if (Array.isArray(given)) return { functions: given, user: null }
  const user = userFunction(given, 'map0')
  const instance = user.instance as Record<string, (...args: unknown[]) => unknown> | null
  const functions = Array.from({ length: inputs }, (_, input) => instance?.[`map${input}`]!.bind(instance))
  return { functions, user }
}
