import type { Transformation } from '../../graph/transformation.ts'
import { CallContext } from '../task/call-context.ts'
import type { Stage } from '../task/stage.ts'
import type { StageEnvironment } from './stage-environment.ts'

const nothing = (): undefined => undefined

/** An operator whose work is done by the edges around it (union, concat, rebalance, ...); it only keeps books. */
export function relayStage(node: Transformation, env: StageEnvironment): Stage {
  return {
    node,
    book: env.book,
    mode: 'pass',
    takes: 'internal',
    call: nothing,
    context: new CallContext(env.scope),
  }
}
