import type { KeyByNode } from '../../graph/transformation.ts'
import { isThenable } from '../../util/is-thenable.ts'
import { checkKey } from '../keys/key-hash.ts'
import { CallContext } from '../task/call-context.ts'
import type { Stage } from '../task/stage.ts'
import type { StageEnvironment } from './stage-environment.ts'

/** Gives each record its key. */
export function keyByStage(node: KeyByNode, selector: unknown, env: StageEnvironment): Stage {
  const select = selector as Stage['call']
  const call: Stage['call'] = (value, context, input, timestamp) => {
    const key = select(value, context, input, timestamp)
    return typeof key === 'string' || typeof key === 'number' ? key : checked(key)
  }
  return { node, book: env.book, mode: 'key', takes: 'context', call, context: new CallContext(env.scope) }
}

/** Here rather than where keys are compared, so that it is this operator that refuses, whatever the parallelism. */
function checked(key: unknown): unknown {
  if (isThenable(key)) return Promise.resolve(key).then(checked)
  checkKey(key)
  return key
}
