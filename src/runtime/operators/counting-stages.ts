import type { SkipNode, TakeNode } from '../../graph/transformation.ts'
import { CallContext } from '../task/call-context.ts'
import type { Stage } from '../task/stage.ts'
import type { StageEnvironment } from './stage-environment.ts'

/** The first `count` records; then upstream is cancelled. */
export function takeStage(node: TakeNode, env: StageEnvironment): Stage {
  let left = node.count
  const stage: Stage = {
    node,
    book: env.book,
    mode: 'test',
    takes: 'internal',
    context: new CallContext(env.scope),
    finished: left === 0,
    call: () => {
      if (left === 0) return false
      if (--left === 0) stage.finished = true
      return true
    },
  }
  env.state.value('taken', {
    save: () => node.count - left,
    load: (taken) => {
      left = Math.max(0, node.count - (taken as number))
      stage.finished = left === 0
    },
  })
  return stage
}

/** All but the first `count` records. */
export function skipStage(node: SkipNode, env: StageEnvironment): Stage {
  let left = node.count
  const call = (): boolean => {
    if (left === 0) return true
    left--
    return false
  }
  env.state.value('skipped', {
    save: () => node.count - left,
    load: (skipped) => (left = Math.max(0, node.count - (skipped as number))),
  })
  return { node, book: env.book, mode: 'test', takes: 'internal', call, context: new CallContext(env.scope) }
}
