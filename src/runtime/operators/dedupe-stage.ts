import type { DedupeNode } from '../../graph/transformation.ts'
import { CallContext } from '../task/call-context.ts'
import type { Stage } from '../task/stage.ts'
import type { StageEnvironment } from './stage-environment.ts'

/** Passes the first record of each key; with a capacity the key seen first is forgotten first. */
export function dedupeStage(node: DedupeNode, env: StageEnvironment): Stage {
  const seen = env.state.table<true>('seen')
  const capacity = node.capacity ?? Infinity
  const call = (_value: unknown, key: unknown): boolean => {
    if (seen.has(key)) return false
    if (seen.size >= capacity) {
      for (const oldest of seen.cells()) {
        seen.delete(oldest.key)
        break
      }
    }
    seen.insert(key, true)
    return true
  }
  return { node, book: env.book, mode: 'test', takes: 'internal', call, context: new CallContext(env.scope) }
}
