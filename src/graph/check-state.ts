import { stateMisuse } from '../functions/state-use.ts'
import type { CheckedOptions } from './check-options.ts'
import { invalidArgument } from './invalid-argument.ts'
import { isCallKind, type NodeDraft } from './node-draft.ts'

/**
 * Looks at the state and timers that a function declares. What a class keeps in fields shows only once it is constructed.
 * @throws InvalidArgumentError when they can never work.
 */
export function checkState({ kind, keyed }: NodeDraft, options: CheckedOptions, given: unknown): void {
  if (!isCallKind(kind)) return
  const instance: unknown = typeof given === 'function' ? given.prototype : given
  if (instance === undefined) return
  const pooled = (options.concurrency ?? 1) > 1 || options.timeout !== undefined
  const misuse = stateMisuse({ kind, keyed, pooled }, instance)
  if (misuse !== null) throw invalidArgument(options.name, misuse.message, misuse.remedy)
}
