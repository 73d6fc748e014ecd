import { excerpt } from '../errors/excerpt.ts'
import { invalidArgument } from '../graph/invalid-argument.ts'
import type { NodeOptions } from '../graph/node-draft.ts'

/**
 * The options of an operator that has one subtask whatever the environment's default.
 * @throws InvalidArgumentError when they ask for more.
 */
export function singleOptions(operator: string, options: NodeOptions | undefined, why: string): NodeOptions {
  const parallelism = options?.parallelism
  if (parallelism === undefined || parallelism === 1) return { ...options, parallelism: 1 }
  throw invalidArgument(
    operator,
    `${operator} cannot run with parallelism ${excerpt(parallelism)}: ${why}`,
    'leave parallelism out here, or set it on the operators around it',
  )
}
