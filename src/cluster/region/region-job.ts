import { instantiate } from '../../compiler/instantiate/instantiate.ts'
import type { JobResources } from '../../compiler/instantiate/job-resources.ts'
import type { Plan } from '../../compiler/plan.ts'
import { manifestOperators } from '../../environment/manifest-operators.ts'
import type { RecordedPipeline } from '../../environment/recorded-pipeline.ts'
import { recordNotPortable } from '../../environment/threads/record-not-portable.ts'
import { CheckpointCoordinator } from '../../runtime/checkpoint/checkpoint-coordinator.ts'
import { RestoredJob } from '../../runtime/checkpoint/restored-job.ts'
import { JobLetters } from '../../runtime/dead-letters/job-letters.ts'
import { JobAbort } from '../../runtime/dispatcher/job-abort.ts'
import type { JobInstance } from '../../runtime/dispatcher/job-instance.ts'
import { LatencyMeter } from '../../runtime/metrics/latency-meter.ts'
import { OperatorState } from '../../runtime/state/operator-state.ts'
import { TaskLoop } from '../../runtime/task/task-loop.ts'
import { LONGEST_DELAY } from '../../util/longest-delay.ts'
import type { JobLog, RegionClaim } from '../engine/job-log.ts'
import type { RegionReport } from '../protocol/region-report.ts'
import { InputMember } from './input-member.ts'
import { checkOutputs } from './check-outputs.ts'
import { forwarding } from './forwarding-buffer.ts'
import { type CommittedState, RegionCheckpoints } from './region-checkpoints.ts'
import { noticingEnds } from './noticing-ends.ts'
import { activityOf, operatorReports } from './region-figures.ts'
import { RegionInputs } from './region-inputs.ts'
import type { RegionLimits } from './region-limits.ts'
import { RegionOutputs } from './region-outputs.ts'
import { decodeRecord, encodeRecord, type RegionRecord } from './region-record.ts'

/** What all regions of a job in one process have in common. */
export interface RegionContext {
  readonly job: string
  readonly recorded: RecordedPipeline
  readonly plan: Plan
  readonly placeOf: (node: string, subtask: number) => number
  readonly ends: ReadonlyMap<number, string>
  readonly log: JobLog
  /** Who runs it, for those who look. */
  readonly owner: string
  readonly limits: RegionLimits
  readonly services: (signal: AbortSignal) => JobResources['services']
}

/** What a region tells while it runs. */
export interface RegionEvents {
  /** There is much to be committed, or all has ended. */
  readonly urge: () => void
  readonly fail: (error: unknown) => void
  /** All of its operators have ended. */
  readonly drained: () => void
}

/**
 * One region as it runs: the operators of its subtasks, with a coordinator of their own, each of whose checkpoints is one
 * commit in the log. It stands from its claim until it is closed.
 */
export class RegionJob {
  readonly #context: RegionContext
  readonly #claim: RegionClaim
  readonly #events: RegionEvents
  readonly #abort = new JobAbort()
  readonly #taskLoop: TaskLoop
  readonly #coordinator: CheckpointCoordinator
  readonly #checkpoints: RegionCheckpoints
  readonly #outputs: RegionOutputs
  readonly #inputs = new RegionInputs()
  readonly #instance: JobInstance
  readonly #last: RegionRecord | null
  readonly #live = new Set<unknown>()
  #commits = 0
  /** Something has ended that waits for a commit. */
  #isDue = false
  /** What there was to see when a commit was begun last. */
  #mark = ''
  /** The checkpoint that was begun when all had ended. */
  #final = -1
  #finished = false
  #offsets: Readonly<Record<string, number>> = {}

  constructor(number: number, context: RegionContext, claim: RegionClaim, events: RegionEvents) {
    const { plan, recorded, ends } = context
    const { clock, logger, sliceMs } = recorded.options
    this.#context = context
    this.#claim = claim
    this.#events = events
    this.#last = claim.record === null ? null : decodeRecord(claim.record)
    const latency = new LatencyMeter(false, clock)
    this.#taskLoop = new TaskLoop(clock, sliceMs, latency)
    const { functions, collected } = forwarding(recorded.functions)
    this.#outputs = new RegionOutputs({
      ends,
      collected,
      limits: context.limits,
      urge: () => events.urge(),
      stage: (output) => claim.stage(output),
      fail: (error) => events.fail(error),
      refuse: (node, values, error) => events.fail(recordNotPortable(plan, node, values, error)),
    })
    this.#checkpoints = new RegionCheckpoints(claim, this.#last, {
      commit: (...commit) => this.#commit(...commit),
    })
    const operators = manifestOperators(plan).filter(({ stateId }) => this.#has(stateId, number))
    this.#coordinator = new CheckpointCoordinator({
      job: plan.name,
      run: context.job,
      operators,
      settings: { interval: Infinity, timeout: LONGEST_DELAY, minPause: 0, retain: 1 },
      clock,
      logger,
    })
    this.#instance = instantiate(
      plan,
      functions,
      this.#resources(latency),
      new Map(),
      (strand) => this.#ended(strand),
      this.#places(number),
    )
    for (const { strand } of this.#instance.strands) this.#live.add(strand)
    this.#restore(operators)
  }

  /** Nothing is left to be done: its operators have ended before, wherever that was. */
  get isFinished(): boolean {
    return this.#last?.finished === true || this.#finished
  }

  /** Opens its operators where they stood, and starts them. */
  async start(): Promise<void> {
    const { strands } = this.#instance
    const inputs = new InputMember((barrier, member) => {
      if (this.#live.size === 0) this.#final = barrier.checkpoint
      this.#outputs.begin(barrier.checkpoint)
      this.#inputs.barrier(barrier)
      this.#coordinator.passed(member, barrier, null)
    })
    this.#coordinator.attach([inputs, ...strands.map(({ strand }) => strand.member)])
    await Promise.all(strands.map(({ strand }) => strand.open()))
    if (this.#abort.aborted) return
    for (const { strand } of strands) strand.start()
    this.#coordinator.start()
    this.#inputs.run(this.#context.log, (error) => this.#events.fail(error))
  }

  /** Its sources end. */
  stop(): void {
    for (const { strand } of this.#instance.strands) strand.stop()
  }

  /** Whether anything has happened since the last commit was begun. */
  get isChanged(): boolean {
    return this.#isDue || this.#look() !== this.#mark
  }

  /** Commits what has been done so far. @throws RegionFencedError, StateSaveError, EngineError */
  async commit(): Promise<void> {
    this.#isDue = false
    this.#mark = this.#look()
    await this.#coordinator.take('checkpoint', false)
  }

  /** From where each of its inputs need not be kept any more. */
  get offsets(): Readonly<Record<string, number>> {
    return this.#offsets
  }

  /** Edge ends that something may still be sent to. */
  get outputs(): readonly string[] {
    return this.#outputs.open
  }

  congested(ends: ReadonlySet<string>): void {
    this.#outputs.congested(ends)
  }

  /** Whether its producers wait for readers elsewhere. */
  get isCongested(): boolean {
    return this.#outputs.isCongested
  }

  cancelOutputs(ends: ReadonlySet<string>): void {
    this.#outputs.cancel(ends)
  }

  /** Ends it as it stands. @param reason null: it has ended, or goes on elsewhere. */
  async close(reason: unknown): Promise<void> {
    if (reason !== null) this.#abort.abort(reason)
    this.#taskLoop.close()
    const strands = this.#instance.strands.map(({ strand }) => strand.abort())
    await Promise.all([...strands, this.#inputs.close()])
    await this.#coordinator.detach(reason ?? new Error('The region is over.'))
  }

  get report(): RegionReport {
    if (this.#last?.finished === true) return this.#last.report
    return { operators: operatorReports(this.#instance), commits: this.#commits }
  }

  #restore(operators: ReturnType<typeof manifestOperators>): void {
    if (this.#last === null) {
      this.#coordinator.use(this.#checkpoints, [])
      return
    }
    const { clock } = this.#context.recorded.options
    const { checkpoint, manifest } = this.#last
    const { kind, takenAt } = manifest
    this.#coordinator.use(this.#checkpoints, [{ id: checkpoint, kind, takenAt, bytes: 0, location: '' }])
    this.#coordinator.restored = new RestoredJob(this.#checkpoints.restored(this.#last), {
      operators,
      reusable: true,
      own: true,
      turn: () => new Promise((resolve) => void clock.setImmediate(resolve)),
      onLost: (error) => {
        throw error
      },
    })
    this.#inputs.restore(this.#last)
    this.#offsets = this.#last.offsets
  }

  async #commit(
    checkpoint: number,
    manifest: RegionRecord['manifest'],
    state: CommittedState,
  ): Promise<void> {
    const outputs = await this.#outputs.take()
    checkOutputs(outputs.length + this.#inputs.count)
    const { blobs, obsolete, pieces } = state
    const positions = this.#inputs.passed(checkpoint)
    const finished = checkpoint === this.#final
    const report = this.report
    this.#commits++
    const record = { format: 1, checkpoint, ...positions, manifest, pieces, finished, report } as const
    await this.#claim.commit({
      outputs: [...outputs, ...this.#inputs.wordOf(positions)],
      record: encodeRecord(record),
      blobs,
      obsolete,
    })
    this.#outputs.committed()
    this.#inputs.committed(positions)
    this.#offsets = positions.offsets
    this.#finished = finished
  }

  #ended(strand: unknown): void {
    this.#live.delete(strand)
    this.#isDue = true
    if (this.#live.size === 0) this.#events.drained()
  }

  /** What has happened, as far as it can be seen cheaply. */
  #look(): string {
    return `${activityOf(this.#instance)} ${this.#inputs.taken} ${this.#outputs.bytes}`
  }

  /** Whether any of an operator's subtasks are here. */
  #has(stateId: string, number: number): boolean {
    const { plan, placeOf } = this.#context
    const { transformation, parallelism } = plan.nodes.find((one) => one.stateId === stateId)!
    for (let i = 0; i < parallelism; i++) if (placeOf(transformation.id, i) === number) return true
    return false
  }

  #places(here: number): Parameters<typeof instantiate>[5] {
    const { plan, placeOf, ends } = this.#context
    return {
      here,
      of: placeOf,
      link: () => ({
        send: (number, channel, how) => this.#outputs.send(number, channel, how),
        receive: (number, codec) => this.#inputs.receive(ends.get(number)!, number, codec),
      }),
      near: () => {},
      far: () => {},
      refuse: (from, records, error) => this.#events.fail(recordNotPortable(plan, from, records, error)),
    }
  }

  #resources(latency: LatencyMeter): JobResources {
    const { options } = this.#context.recorded
    const { clock } = options
    const { signal } = this.#abort
    return {
      ...options,
      taskLoop: this.#taskLoop,
      latency,
      signal,
      letters: new JobLetters(),
      checkpoints: noticingEnds(this.#coordinator, () => (this.#isDue = true)),
      createState: ({ name }, subtaskIndex, parallelism) =>
        new OperatorState({ operator: name, subtaskIndex, parallelism, clock }),
      services: this.#context.services(signal),
      fail: (error) => this.#events.fail(error),
    }
  }
}
