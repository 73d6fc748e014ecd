import type { StrandInstance, SubtaskInstance } from '../../runtime/dispatcher/job-instance.ts'
import { StrandLetters } from '../../runtime/dead-letters/strand-letters.ts'
import { Book } from '../../runtime/metrics/book.ts'
import { FailureHandler } from '../../runtime/task/failure-handler.ts'
import type { Stage } from '../../runtime/task/stage.ts'
import type { StrandParts } from '../../runtime/task/strand-parts.ts'
import { nodeOf, type PlanNode, type PlanTask } from '../plan.ts'
import { buildHead } from './build-head.ts'
import { buildOutputs } from './build-outputs.ts'
import { buildPool } from './build-pool.ts'
import { buildStages } from './build-stages.ts'
import { buildStrand } from './build-strand.ts'
import { cutAtPools, isPooled } from './cut-at-pools.ts'
import type { BuildContext } from './instantiate.ts'
import { LateStrand, Segment } from './segment.ts'
import { SubtaskEnvironment } from './subtask-environment.ts'

/** The strands of one subtask: its chain, cut where calls may overlap. */
export function buildSubtask(task: PlanTask, index: number, context: BuildContext): StrandInstance[] {
  return new SubtaskBuilder(task, index, context).build()
}

class SubtaskBuilder {
  readonly #context: BuildContext
  readonly #environment: SubtaskEnvironment
  readonly #nodes: readonly PlanNode[]
  /** Of each strand. */
  readonly #cuts: readonly (readonly string[])[]
  readonly #built: StrandInstance[] = []
  /** Whose calls the present segment reads the results of; null: it reads something else. */
  #caller: Segment | null = null

  constructor({ nodes, parallelism }: PlanTask, index: number, context: BuildContext) {
    this.#context = context
    this.#environment = new SubtaskEnvironment(index, parallelism, context)
    this.#nodes = nodes.map((id) => nodeOf(context.plan, id))
    this.#cuts = cutAtPools(this.#nodes.map(({ transformation }) => transformation))
  }

  build(): StrandInstance[] {
    let segment = this.#segment(0)
    let source = this.#addHead(segment)
    for (const node of this.#nodes) {
      const { transformation } = node
      const next = isPooled(transformation) ? this.#segment(this.#built.length + 1) : null
      const stages = this.#stages(node, segment, next ?? segment)
      if (next === null) {
        for (const stage of stages) segment.add(stage)
        segment.nodes.push(transformation.id)
        continue
      }
      const pooled = stages.pop() as Stage
      for (const stage of stages) segment.add(stage)
      buildPool(pooled, segment, next, this.#environment, this.#context)
      this.#finish(segment, source)
      source = null
      this.#caller = segment
      segment = next
    }
    this.#finish(segment, source)
    return this.#built
  }

  #segment(position: number): Segment {
    const { clock, letters } = this.#context.resources
    const late = new LateStrand()
    const nodes = this.#cuts[position] as readonly string[]
    const outputs = buildOutputs(nodes, this.#environment.index, this.#context, late)
    const own = new StrandLetters(letters, this.#environment.index)
    return new Segment(late, outputs, new FailureHandler(outputs, () => clock.now(), own), own)
  }

  /** What the subtask reads. The books of its source, if that is what it is. */
  #addHead(segment: Segment): StrandParts['source'] {
    const first = this.#nodes[0] as PlanNode
    const { transformation: node } = first
    const book = new Book()
    const entry = this.#environment.entry(first, segment)
    const scope = this.#environment.scope(first)
    segment.head = buildHead(node, { scope, book, state: entry.state, waker: segment.late }, this.#context)
    if (node.kind !== 'source') return null
    entry.keep(book)
    return { node, book }
  }

  #stages(node: PlanNode, segment: Segment, ending: Segment): Stage[] {
    const { transformation } = node
    return buildStages({
      node: transformation,
      given: this.#context.functions.get(transformation.id),
      environment: (book) => this.#environment.stage(node, book, segment, ending),
      answer: (value) => segment.late.reply?.resolve(value),
    })
  }

  #finish(segment: Segment, source: StrandParts['source']): void {
    const { plan, channels, nodes } = this.#context
    const first = this.#nodes[0] as PlanNode
    const member = nodeOf(plan, segment.nodes[0] ?? first.transformation.id)
    const strand = buildStrand(segment, member, source, this.#context)
    for (const id of this.#cuts[this.#built.length] as readonly string[]) {
      channels.bind(id, this.#environment.index, strand)
    }
    for (const id of segment.nodes) nodes.get(id)!.subtasks.push(this.#subtask(id, segment))
    const { main } = nodes.get(member.transformation.id)!
    this.#built.push({ strand, nodes: segment.nodes, main, subtask: this.#environment.index })
  }

  #subtask(id: string, reader: Segment): SubtaskInstance {
    // Of calls that overlap, one strand makes them and the next reads the results.
    const caller = this.#caller?.ledger.has(id) === true ? this.#caller : null
    const { stages, eventTimes, activity } = caller ?? reader
    const at = Math.max(
      0,
      stages.findIndex(({ node }) => node.id === id),
    )
    return {
      index: this.#environment.index,
      ledger: [caller, reader].flatMap((segment) => segment?.ledger.get(id) ?? []),
      activity: caller?.calls ?? activity,
      eventTime: nodeOf(this.#context.plan, id).timed ? (eventTimes[at] ?? null) : null,
    }
  }
}
