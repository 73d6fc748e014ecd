import type { Transformation } from '../../graph/transformation.ts'
import { LedgerEntry } from '../../runtime/checkpoint/ledger.ts'
import type { Book } from '../../runtime/metrics/book.ts'
import type { StageEnvironment } from '../../runtime/operators/stage-environment.ts'
import { UnsavedState } from '../../runtime/state/unsaved-state.ts'
import type { OperatorScope } from '../../runtime/task/call-context.ts'
import { nodeOf } from '../plan.ts'
import type { BuildContext } from './instantiate.ts'
import type { Segment } from './segment.ts'

/** What the operators of one subtask are lent. */
export class SubtaskEnvironment {
  readonly index: number
  readonly #parallelism: number
  readonly #context: BuildContext

  constructor(index: number, parallelism: number, context: BuildContext) {
    this.index = index
    this.#parallelism = parallelism
    this.#context = context
  }

  scope(node: Transformation): OperatorScope {
    const { resources, nodes, plan } = this.#context
    return {
      operator: node.name,
      subtaskIndex: this.index,
      parallelism: this.#parallelism,
      signal: resources.signal,
      logger: resources.logger,
      metrics: nodes.get(node.id)!.metrics,
      services: resources.services(node.name, nodeOf(plan, node.id).service),
      clock: resources.clock,
      now: () => resources.clock.now(),
    }
  }

  /** What the strand keeps of a node. */
  entry(node: Transformation, { ledger }: Segment): LedgerEntry {
    const { id } = node
    let entry = ledger.get(id)
    if (entry === undefined) {
      const { plan, resources, nodes } = this.#context
      const { stateId, service } = nodeOf(plan, id)
      const saved = service === null ? resources.createState : null
      const parallelism = this.#parallelism
      const state = saved?.(node, this.index, parallelism) ?? new UnsavedState()
      entry = new LedgerEntry(stateId, this.index, parallelism, state, nodes.get(id)!.books)
      ledger.set(id, entry)
    }
    return entry
  }

  /** For a stage that keeps this book. @param ending where the operator's outputs leave: another segment behind a pool. */
  stage(node: Transformation, book: Book, segment: Segment, ending: Segment): StageEnvironment {
    const { resources, plan } = this.#context
    const { clock, signal, logger } = resources
    // What calls in flight change is saved where their results are read.
    const entry = this.entry(node, ending)
    entry.keep(book)
    return {
      scope: this.scope(node),
      book,
      clock,
      waker: segment.late,
      outputs: ending.outputs,
      pipeContext: {
        scheduler: clock.scheduler,
        signal,
        logger,
        subtaskIndex: this.index,
        now: () => clock.now(),
      },
      state: entry.state,
      eventTime: segment.eventTime,
      timed: nodeOf(plan, node.id).timed,
    }
  }
}
