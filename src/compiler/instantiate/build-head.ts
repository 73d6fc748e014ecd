import type { Observable } from 'rxjs'
import type { PullSource } from '../../functions/user-functions.ts'
import type { SourceNode, Transformation } from '../../graph/transformation.ts'
import type { Waker } from '../../runtime/flow-control/channel.ts'
import type { NodeInstance } from '../../runtime/dispatcher/job-instance.ts'
import type { Book } from '../../runtime/metrics/book.ts'
import type { StageState } from '../../runtime/state/stage-state.ts'
import { userFunction } from '../../runtime/operators/user-function.ts'
import { CallContext, type OperatorScope } from '../../runtime/task/call-context.ts'
import { ArrayHead, ArrayShare } from '../../runtime/task/heads/array-head.ts'
import type { Head } from '../../runtime/task/heads/head.ts'
import { InputHead } from '../../runtime/task/heads/input-head.ts'
import { intervalPull } from '../../runtime/task/heads/interval-pull.ts'
import { IteratorHead } from '../../runtime/task/heads/iterator-head.ts'
import { ObservableHead } from '../../runtime/task/heads/observable-head.ts'
import { type OpenedPull, PullHead } from '../../runtime/task/heads/pull-head.ts'
import { RequestHead } from '../../runtime/task/heads/request-head.ts'
import { nodeOf } from '../plan.ts'
import type { BuildContext } from './instantiate.ts'
import type { SubtaskScope } from './subtask-scope.ts'

/** What a head may use of its subtask. */
export interface HeadEnvironment {
  readonly scope: SubtaskScope
  readonly book: Book
  readonly state: StageState
  readonly waker: Waker
}

/** What the first strand of a subtask reads. */
export function buildHead(node: Transformation, subtask: HeadEnvironment, context: BuildContext): Head {
  if (node.kind === 'source') return sourceHead(node, subtask, context)
  const { scope, waker } = subtask
  const { loop } = nodeOf(context.plan, node.id)
  const gate = loop === null ? null : context.loops[loop]!
  return new InputHead(
    context.channels.inputs(node.id, scope.subtaskIndex),
    waker,
    node.kind === 'concat',
    gate,
  )
}

function sourceHead(
  node: SourceNode,
  { scope, book, state, waker }: HeadEnvironment,
  context: BuildContext,
): Head {
  const given = context.functions.get(node.id)
  const { books, progress } = context.nodes.get(node.id) as NodeInstance
  switch (node.source.type) {
    case 'batch': {
      const share = context.inputs.batch(node.id, scope.parallelism)
      if (!(share instanceof ArrayShare)) return new IteratorHead(share, waker)
      if (scope.subtaskIndex === 0) {
        const done = (): number => books.reduce((sum, { out }) => sum + out, 0)
        progress.push(() => ({ done: done(), total: share.items.length, unit: 'records' }))
      }
      return new ArrayHead(share, waker)
    }
    case 'readable':
      return new IteratorHead(context.inputs.readable(node.id), waker)
    case 'observable':
      return new ObservableHead(given as Observable<unknown>, node, book, waker)
    case 'requests':
      return new RequestHead(context.requests.get(node.source.service)!, waker)
    case 'pull':
      return pullHead(scope, state, progress, (own) => openedPull(given, new CallContext(own)))
    case 'interval': {
      const { period, count = Infinity } = node.source
      return pullHead(scope, state, progress, ({ signal }) =>
        intervalPull(context.resources.clock, period, count, signal),
      )
    }
  }
}

/** A pull source whose signal is also aborted by a graceful stop, so that a pending `next` can give up. */
function pullHead(
  scope: SubtaskScope,
  state: StageState,
  progress: NodeInstance['progress'],
  open: (own: OperatorScope) => OpenedPull,
): PullHead {
  const stop = new AbortController()
  const own = scope.withSignal(AbortSignal.any([scope.signal, stop.signal]))
  const head = new PullHead(open(own), state, () => stop.abort(new Error('The job is stopping.')))
  progress.push(() => head.progress)
  return head
}

function openedPull(given: unknown, ctx: CallContext): OpenedPull {
  const { call, open, close, instance } = userFunction(given, 'next')
  const source = instance as Partial<PullSource<unknown>>
  const { snapshot, restore, progress } = source
  return {
    next: () => call(ctx),
    ...(open === undefined ? {} : { open: () => open(ctx) }),
    ...(close === undefined ? {} : { close: () => close() }),
    ...(snapshot === undefined ? {} : { snapshot: () => snapshot.call(source) }),
    ...(restore === undefined ? {} : { restore: (position: unknown) => restore.call(source, position) }),
    ...(progress === undefined ? {} : { progress: () => progress.call(source) }),
  }
}
