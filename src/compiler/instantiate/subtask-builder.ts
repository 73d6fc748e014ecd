import type { Transformation } from '../../graph/transformation.ts'
import { RecordTimeoutError } from '../../errors/record-timeout-error.ts'
import type { StrandInstance } from '../../runtime/dispatcher/job-instance.ts'
import { CallPool } from '../../runtime/flow-control/call-pool.ts'
import type { Waker } from '../../runtime/flow-control/channel.ts'
import type { Reply } from '../../runtime/flow-control/packet.ts'
import { OutBuffer } from '../../runtime/flow-control/out-buffer.ts'
import { type EdgeOutput, Outputs } from '../../runtime/flow-control/outputs.ts'
import { LedgerEntry } from '../../runtime/checkpoint/ledger.ts'
import { Book } from '../../runtime/metrics/book.ts'
import { partialBook } from '../../runtime/metrics/partial-book.ts'
import { flattenStage } from '../../runtime/operators/flatten-stage.ts'
import { poolStage } from '../../runtime/operators/pool-stage.ts'
import type { StageEnvironment } from '../../runtime/operators/stage-environment.ts'
import { UnsavedState } from '../../runtime/state/unsaved-state.ts'
import { CallContext, type OperatorScope } from '../../runtime/task/call-context.ts'
import { copyLoop } from '../../runtime/task/copy-loop.ts'
import { EventTime } from '../../runtime/task/event-time.ts'
import { FailureHandler } from '../../runtime/task/failure-handler.ts'
import { codeGenerationAllowed, generateLoop, hasCursor } from '../../runtime/task/generated-loop.ts'
import { ArrayHead } from '../../runtime/task/heads/array-head.ts'
import type { Head } from '../../runtime/task/heads/head.ts'
import { InputHead } from '../../runtime/task/heads/input-head.ts'
import { PoolHead } from '../../runtime/task/heads/pool-head.ts'
import { interpretLoop } from '../../runtime/task/interpreted-loop.ts'
import { Cursor, LoopState } from '../../runtime/task/loop-state.ts'
import type { Stage } from '../../runtime/task/stage.ts'
import { buildSteps } from '../../runtime/task/steps.ts'
import { TieredLoop } from '../../runtime/task/tiered-loop.ts'
import { Strand } from '../../runtime/task/strand.ts'
import { nodeOf, type PlanTask } from '../plan.ts'
import { buildHead } from './build-head.ts'
import { buildStages } from './build-stages.ts'
import type { BuildContext } from './instantiate.ts'

/** The strand a stage or head will belong to, known once it is built. */
class Late implements Waker {
  strand: Strand | null = null
  state: LoopState | null = null

  wake(): void {
    this.strand?.wake()
  }
}

/** What is gathered of a strand until its chain ends at a pool or at the task's end. */
interface Segment {
  readonly late: Late
  readonly outputs: Outputs
  readonly failures: FailureHandler
  readonly stages: Stage[]
  /** Of each stage. */
  readonly eventTimes: EventTime[]
  /** What the next stages share: event time moves on at those that may emit as it does. */
  eventTime: EventTime
  /** By node. */
  readonly ledger: Map<string, LedgerEntry>
  /** Nodes that end when this strand does. */
  readonly nodes: string[]
  head: Head | null
}

/** The strands of one subtask: its chain, cut where calls may overlap. */
export function buildSubtask(task: PlanTask, index: number, context: BuildContext): StrandInstance[] {
  return new SubtaskBuilder(task, index, context).build()
}

class SubtaskBuilder {
  readonly #task: PlanTask
  readonly #index: number
  readonly #context: BuildContext
  readonly #segments: readonly (readonly string[])[]
  readonly #built: StrandInstance[] = []

  constructor(task: PlanTask, index: number, context: BuildContext) {
    this.#task = task
    this.#index = index
    this.#context = context
    this.#segments = cutAtPools(task.nodes.map((id) => nodeOf(context.plan, id).transformation))
  }

  build(): StrandInstance[] {
    let segment = this.#segment(0)
    let source: Pick<Stage, 'node' | 'book'> | null = null
    this.#task.nodes.forEach((id, position) => {
      const { transformation: node } = nodeOf(this.#context.plan, id)
      if (position === 0) {
        const book = new Book()
        const { state } = this.#entry(node, segment)
        segment.head = buildHead(
          node,
          { scope: this.#scope(node), book, state, waker: segment.late },
          this.#context,
        )
        if (node.kind === 'source') {
          this.#entry(node, segment).keep(book)
          source = { node, book }
        }
      }
      const next = isPooled(node) ? this.#segment(this.#built.length + 1) : null
      const stages = buildStages({
        node,
        given: this.#context.functions.get(id),
        environment: (book) => this.#environment(node, book, segment, next ?? segment),
        answer: answerOf(segment),
      })
      if (next === null) {
        for (const stage of stages) addStage(segment, stage)
        segment.nodes.push(id)
        return
      }
      for (const stage of stages.slice(0, -1)) addStage(segment, stage)
      this.#pool(node, stages.at(-1) as Stage, segment, next)
      this.#finish(segment, source)
      source = null
      segment = next
    })
    this.#finish(segment, source)
    return this.#built
  }

  #segment(position: number): Segment {
    const late = new Late()
    const outputs = this.#outputs(position, late)
    const failures = new FailureHandler(
      outputs,
      () => this.#context.resources.clock.now(),
      this.#context.resources.keptLetters,
    )
    return {
      late,
      outputs,
      failures,
      stages: [],
      eventTimes: [],
      eventTime: new EventTime(),
      ledger: new Map(),
      nodes: [],
      head: null,
    }
  }

  /** What the strand keeps of a node. */
  #entry(node: Transformation, { ledger }: Segment): LedgerEntry {
    const { id } = node
    let entry = ledger.get(id)
    if (entry === undefined) {
      const { plan, resources, nodes } = this.#context
      const { stateId, service } = nodeOf(plan, id)
      const saved = service === null ? resources.createState : null
      const { parallelism } = this.#task
      const state = saved?.(node, this.#index, parallelism) ?? new UnsavedState()
      entry = new LedgerEntry(stateId, this.#index, parallelism, state, nodes.get(id)!.books)
      ledger.set(id, entry)
    }
    return entry
  }

  /** Side outputs and dead letters leave from the strand of their operator, everything else from the last. */
  #outputs(position: number, waker: Waker): Outputs {
    const main: EdgeOutput[] = []
    const sides = new Map<string, Map<string, EdgeOutput[]>>()
    const deadLetters: EdgeOutput[] = []
    for (const id of this.#segments[position] ?? []) {
      const tags = new Map<string, EdgeOutput[]>()
      sides.set(id, tags)
      for (const { edge, output } of this.#context.channels.outputs(id, this.#index)) {
        if (edge.role.type === 'side') tags.set(edge.role.tag, [...(tags.get(edge.role.tag) ?? []), output])
        else if (edge.role.type === 'deadLetter') deadLetters.push(output)
        else main.push(output)
      }
    }
    return new Outputs(main, sides, deadLetters, this.#context.resources.freezeShared, waker)
  }

  #scope(node: Transformation): OperatorScope {
    const { resources, nodes, plan } = this.#context
    return {
      operator: node.name,
      subtaskIndex: this.#index,
      parallelism: this.#task.parallelism,
      signal: resources.signal,
      logger: resources.logger,
      metrics: nodes.get(node.id)!.metrics,
      services: resources.services(node.name, nodeOf(plan, node.id).service),
      clock: resources.clock,
      now: () => resources.clock.now(),
    }
  }

  #environment(node: Transformation, book: Book, segment: Segment, ending: Segment): StageEnvironment {
    const { late: waker, eventTime } = segment
    const { clock, signal, logger } = this.#context.resources
    const { outputs } = ending
    // What calls in flight change is saved where their results are read.
    const entry = this.#entry(node, ending)
    entry.keep(book)
    const pipeContext = {
      scheduler: clock.scheduler,
      signal,
      logger,
      subtaskIndex: this.#index,
      now: () => clock.now(),
    }
    return {
      scope: this.#scope(node),
      book,
      clock,
      waker,
      outputs,
      pipeContext,
      state: entry.state,
      eventTime,
      timed: nodeOf(this.#context.plan, node.id).timed,
    }
  }

  /** Cuts the chain at an operator whose calls may overlap: one strand makes the calls, the next reads the results. */
  #pool(node: Transformation, stage: Stage, caller: Segment, reader: Segment): void {
    const { concurrency, ordered, timeout } = node as Transformation & { kind: 'map' }
    const scope = this.#scope(node)
    const pool = new CallPool({
      capacity: concurrency,
      ordered,
      keyed: node.keyed,
      timeout,
      clock: this.#context.resources.clock,
      createContext: () => new CallContext(scope),
      call: stage.call,
      timeoutError: () => callTimeout(node, timeout),
    })
    pool.caller = caller.late
    pool.reader = reader.late
    // The operator itself counts on a book of its own. A batched sink has its intake where the batches are gathered.
    const intake = partialBook(stage.batched === true ? 'in' : 'out')
    const fates = partialBook('in')
    this.#entry(node, caller).keep(intake)
    this.#entry(node, reader).keep(fates)
    const reply = (): Reply | null => caller.late.state?.reply ?? null
    // Opened where the calls are made, closed where their results are read: only what was opened is closed.
    let opened = false
    const open = async (): Promise<void> => {
      await stage.open?.()
      opened = true
    }
    const close = (): unknown => {
      pool.close()
      return opened ? stage.close?.() : undefined
    }
    const { timed } = nodeOf(this.#context.plan, node.id)
    addStage(caller, poolStage({ ...stage, book: intake }, open, pool, reply, timed))
    reader.nodes.push(node.id)
    reader.head = new PoolHead(pool, stage, fates, reader.failures, close)
    if (stage.mode === 'many') addStage(reader, flattenStage({ ...stage, book: fates }))
  }

  #finish(segment: Segment, source: Pick<Stage, 'node' | 'book'> | null): void {
    const { plan, channels, resources, loops, ended, nodes } = this.#context
    const { late, outputs, stages, eventTimes, failures } = segment
    const head = segment.head as Head
    const member = nodeOf(plan, segment.nodes[0] ?? (this.#task.nodes[0] as string))
    const loop = member.loop === null ? null : (loops[member.loop] ?? null)
    const state = new LoopState(
      stages.length,
      stages.flatMap((stage, op) => (hasCursor(stage) ? [new Cursor(op)] : [])),
    )
    const { emitter } = outputs
    const copied =
      head instanceof ArrayHead && stages.length === 0 && emitter instanceof OutBuffer && emitter.plain
    const out = emitter === null ? null : outputs
    const steps = buildSteps(stages, out, 'loop')
    // Reply handles travel with the records, which generated loops know nothing of.
    const generates = codeGenerationAllowed && member.service === null && !copied
    const generate = generates ? () => generateLoop(stages, head.kind, emitter) : null
    const strand = new Strand({
      host: { ...resources, ended, checkpoints: member.service === null ? resources.checkpoints : null },
      ledger: [...segment.ledger.values()],
      head,
      node: member.transformation,
      stages,
      eventTimes,
      outputs,
      steps,
      apart: () => buildSteps(stages, out, 'books'),
      loop: new TieredLoop(copied ? copyLoop(emitter) : interpretLoop(stages, head.kind, steps), generate),
      round: copied ? emitter.capacity : null,
      state,
      failures,
      source,
      onIdle: loop === null ? null : () => loop.memberIdle(),
    })
    late.strand = strand
    late.state = state
    for (const id of this.#segments[this.#built.length] ?? []) channels.bind(id, this.#index, strand)
    loop?.join(strand, head instanceof InputHead ? head : null, member.transformation.kind === 'future')
    this.#built.push({ strand, nodes: segment.nodes, main: nodes.get(member.transformation.id)!.main })
  }
}

function addStage(segment: Segment, stage: Stage): void {
  segment.stages.push(stage)
  segment.eventTimes.push(segment.eventTime)
  if (stage.advance !== undefined) segment.eventTime = new EventTime()
}

/** Node ids by strand: a pooled operator belongs to the strand that reads its results. */
function cutAtPools(nodes: readonly Transformation[]): string[][] {
  const segments: string[][] = [[]]
  for (const node of nodes) {
    if (isPooled(node)) segments.push([])
    segments.at(-1)!.push(node.id)
  }
  return segments
}

/** Whether calls of this operator may overlap, or are timed. */
function isPooled(node: Transformation): boolean {
  return 'concurrency' in node && (node.concurrency > 1 || node.timeout !== undefined)
}

function answerOf(segment: Segment): (value: unknown) => void {
  return (value) => segment.late.state?.reply?.resolve(value)
}

function callTimeout(node: Transformation, timeout: number | undefined): RecordTimeoutError {
  return new RecordTimeoutError(`A call of '${node.name}' took longer than ${timeout} ms.`, {
    operator: node.name,
    site: node.site,
    remedy: 'Raise the timeout option, or look at what the call waits for; its ctx.signal is aborted.',
  })
}
