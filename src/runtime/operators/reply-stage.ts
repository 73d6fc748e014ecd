import type { SinkNode } from '../../graph/transformation.ts'
import { CallContext } from '../task/call-context.ts'
import type { Stage } from '../task/stage.ts'
import type { StageEnvironment } from './stage-environment.ts'

/** The end of a pipeline that serves requests: the strand hands what arrives to the caller whose request it was. */
export function replyStage(node: SinkNode, env: StageEnvironment, answer: (value: unknown) => void): Stage {
  return {
    node,
    book: env.book,
    mode: 'end',
    takes: 'internal',
    call: answer,
    context: new CallContext(env.scope),
  }
}
