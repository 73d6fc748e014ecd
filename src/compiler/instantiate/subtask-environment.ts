import { LedgerEntry } from '../../runtime/checkpoint/ledger.ts'
import type { Book } from '../../runtime/metrics/book.ts'
import type { StageEnvironment } from '../../runtime/operators/stage-environment.ts'
import { UnsavedState } from '../../runtime/state/unsaved-state.ts'
import type { PlanNode } from '../plan.ts'
import type { BuildContext } from './instantiate.ts'
import { OperatorEnvironment } from './operator-environment.ts'
import type { Segment } from './segment.ts'
import { SubtaskScope } from './subtask-scope.ts'

/** What the operators of one subtask are lent. */
export class SubtaskEnvironment {
  readonly index: number
  readonly #parallelism: number
  readonly #context: BuildContext
  readonly #unsaved = new UnsavedState()

  constructor(index: number, parallelism: number, context: BuildContext) {
    this.index = index
    this.#parallelism = parallelism
    this.#context = context
  }

  scope(node: PlanNode): SubtaskScope {
    const { resources, nodes } = this.#context
    const { metrics } = nodes.get(node.transformation.id)!
    return new SubtaskScope(node, this.index, this.#parallelism, metrics, resources)
  }

  /** What the strand keeps of a node. */
  entry({ transformation, stateId, service }: PlanNode, { ledger }: Segment): LedgerEntry {
    const { id } = transformation
    let entry = ledger.get(id)
    if (entry === undefined) {
      const { resources, nodes } = this.#context
      const saved = service === null ? resources.createState : null
      const parallelism = this.#parallelism
      const state = saved?.(transformation, this.index, parallelism) ?? this.#unsaved
      entry = new LedgerEntry(stateId, this.index, parallelism, state, nodes.get(id)!.books)
      ledger.set(id, entry)
    }
    return entry
  }

  /** For a stage that keeps this book. @param ending where the operator's outputs leave: another segment behind a pool. */
  stage(node: PlanNode, book: Book, segment: Segment, ending: Segment): StageEnvironment {
    // What calls in flight change is saved where their results are read.
    const entry = this.entry(node, ending)
    entry.keep(book)
    return new OperatorEnvironment(this.scope(node), book, entry.state, segment, ending, node.timed)
  }
}
