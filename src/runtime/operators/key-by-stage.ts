import type { KeyByNode } from '../../graph/transformation.ts'
import { CallContext } from '../task/call-context.ts'
import type { Stage } from '../task/stage.ts'
import type { StageEnvironment } from './stage-environment.ts'

/** Gives each record its key. */
export function keyByStage(node: KeyByNode, selector: unknown, env: StageEnvironment): Stage {
  const call = selector as Stage['call']
  return { node, book: env.book, mode: 'key', takes: 'context', call, context: new CallContext(env.scope) }
}
