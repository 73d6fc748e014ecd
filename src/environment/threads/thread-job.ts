import process from 'node:process'
import type { MessagePort } from 'node:worker_threads'
import { compile } from '../../compiler/compile.ts'
import { placesOf, strandsIn } from '../../compiler/instantiate/far-strands.ts'
import { instantiate } from '../../compiler/instantiate/instantiate.ts'
import type { JobResources } from '../../compiler/instantiate/job-resources.ts'
import type { Plan } from '../../compiler/plan.ts'
import { thrownBy, toPortableError } from '../../errors/portable-error-codec.ts'
import type { DrivenStrand, JobInstance } from '../../runtime/dispatcher/job-instance.ts'
import { JobAbort } from '../../runtime/dispatcher/job-abort.ts'
import { JobLetters, type LettersListener } from '../../runtime/dead-letters/job-letters.ts'
import { LatencyMeter } from '../../runtime/metrics/latency-meter.ts'
import { OperatorState } from '../../runtime/state/operator-state.ts'
import { TaskLoop } from '../../runtime/task/task-loop.ts'
import type { Places } from '../../runtime/threads/places.ts'
import { ThreadLink } from '../../runtime/threads/thread-link.ts'
import type { ThreadOrder } from '../../runtime/threads/thread-messages.ts'
import { reportOf, type ThreadReport } from '../../runtime/threads/thread-report.ts'
import { manifestOperators } from '../manifest-operators.ts'
import type { RecordedPipeline } from '../recorded-pipeline.ts'
import { JobLine } from './job-line.ts'
import { recordNotPortable } from './record-not-portable.ts'
import { ThreadCheckpoints } from './thread-checkpoints.ts'
import type { ThreadData } from './thread-order.ts'
import { threadServices } from './thread-services.ts'

/** The part of a job that is in this thread: what its orders say is done, and what comes of it is told. */
export class ThreadJob {
  readonly #plan: Plan
  readonly #data: ThreadData
  readonly #line: JobLine
  readonly #links: ReadonlyMap<number | null, ThreadLink>
  readonly #abort = new JobAbort()
  readonly #taskLoop: TaskLoop
  readonly #letters = new JobLetters()
  readonly #checkpoints: ThreadCheckpoints
  readonly #instance: JobInstance
  readonly #monotonic: () => number
  readonly #ids = new Map<DrivenStrand, string>()
  readonly #byId = new Map<string, DrivenStrand>()
  /** Of channels that have an end here. */
  readonly #numbers = new Map<unknown, number>()
  #closed = false

  constructor(recorded: RecordedPipeline, data: ThreadData) {
    const { options, functions } = recorded
    const { clock } = options
    this.#data = data
    this.#monotonic = () => clock.monotonic()
    this.#plan = compile(recorded.graph, data.parallelism, data.settings)
    this.#line = new JobLine(data.control, (order) => this.#hear(order))
    this.#links = linksOf(data.links, clock)
    this.#checkpoints = new ThreadCheckpoints(this.#line, clock, (member) => this.#idOf(member))
    const latency = new LatencyMeter(false, clock)
    this.#taskLoop = new TaskLoop(clock, options.sliceMs, latency)
    this.#letters.listen(lettersTo(this.#line, this.#letters), () => this.#instance.strands)
    const { signal } = this.#abort
    const resources: JobResources = {
      ...options,
      logger: this.#line.logger(),
      taskLoop: this.#taskLoop,
      latency,
      signal,
      letters: this.#letters,
      checkpoints: data.checkpoints === 'none' ? null : this.#checkpoints,
      createState:
        data.checkpoints === 'taken'
          ? ({ name }, subtaskIndex, parallelism) =>
              new OperatorState({ operator: name, subtaskIndex, parallelism, clock })
          : null,
      services: threadServices(recorded, this.#line, signal),
      fail: (error) => this.#line.tell({ type: 'failed', error: toPortableError(error) }),
    }
    this.#instance = instantiate(
      this.#plan,
      functions,
      resources,
      new Map(),
      (strand) => this.#ended(strand),
      this.#places(resources),
    )
    const planned = strandsIn(this.#plan, data.thread)
    for (const [i, { strand }] of this.#instance.strands.entries()) {
      const { id } = planned[i]!
      this.#ids.set(strand, id)
      this.#byId.set(id, strand)
    }
    this.#watch(planned.map(({ id }) => this.#byId.get(id)!))
  }

  /** Its job is told that it is there, and may open it. */
  begin(): void {
    for (const link of this.#links.values()) link.open()
    this.#line.tell({
      type: 'seated',
      strands: this.#instance.strands.map(({ strand }) => ({
        id: this.#ids.get(strand)!,
        states: strand.member.places,
      })),
    })
  }

  #hear(order: Exclude<ThreadOrder, { type: 'answer' | 'refusal' }>): void {
    switch (order.type) {
      case 'open':
        void this.#open(order)
        return
      case 'start':
        for (const { strand } of this.#instance.strands) strand.start()
        return
      case 'stop':
        for (const { strand } of this.#instance.strands) strand.stop()
        return
      case 'barrier':
        this.#byId.get(order.strand)!.member.trigger(order.barrier)
        return
      case 'cancelBarrier':
        this.#checkpoints.cancel(order.checkpoint)
        for (const { strand } of this.#instance.strands) strand.member.cancelBarrier(order.checkpoint)
        return
      case 'commit':
        this.#checkpoints.commit(order.checkpoint)
        this.#letters.completed(order.checkpoint)
        for (const { strand } of this.#instance.strands) strand.member.commit(order.checkpoint)
        return
      case 'replay':
        this.#letters.replay([order.replay])
        return
      case 'ping':
        this.#line.heard(order.notes)
        this.#line.tell({ type: 'pong', count: order.count, report: this.#report() })
        return
      case 'close':
        void this.#close(order)
    }
  }

  async #open({ origin }: ThreadOrder & { type: 'open' }): Promise<void> {
    try {
      if (origin !== null) this.#checkpoints.begin(origin, manifestOperators(this.#plan))
      const { restored } = this.#checkpoints
      if (restored !== null) this.#letters.begin(restored.lettersOrigin)
      await Promise.all(this.#instance.strands.map(({ strand }) => strand.open()))
      this.#line.tell({ type: 'opened' })
    } catch (error) {
      this.#line.tell({ type: 'refused', error: toPortableError(error) })
    }
  }

  async #close({ reason }: ThreadOrder & { type: 'close' }): Promise<void> {
    if (this.#closed) return
    this.#closed = true
    if (reason !== null) this.#abort.abort(thrownBy(reason))
    this.#taskLoop.close()
    await Promise.all(this.#instance.strands.map(({ strand }) => strand.abort()))
    for (const link of this.#links.values()) link.close()
    // What is printed goes to the process piece by piece, and a thread that is told to end takes the rest with it.
    await Promise.all([process.stdout, process.stderr].map(written))
    this.#line.tell({ type: 'closed', report: this.#report() })
    this.#line.close(new Error('The thread is over.'))
  }

  #ended(strand: DrivenStrand): void {
    if (this.#closed) return
    this.#line.tell({ type: 'ended', strand: this.#ids.get(strand)!, report: this.#report() })
  }

  #report(): ThreadReport {
    return reportOf(this.#instance, this.#numbers, this.#monotonic())
  }

  #idOf(member: unknown): string {
    for (const [strand, id] of this.#ids) if (strand.member === member) return id
    throw new RangeError('There is no such strand in this thread.')
  }

  /** Notes whose turn it is where the job can see it while nothing here answers. */
  #watch(strands: readonly DrivenStrand[]): void {
    const { atWork } = this.#data
    const numbers = new Map<unknown, number>(strands.map((strand, i) => [strand, i + 1]))
    this.#taskLoop.onTurn = (runnable) => {
      atWork[0] = numbers.get(runnable) ?? 0
    }
  }

  #places({ fail }: Pick<JobResources, 'fail'>): Places {
    return {
      here: this.#data.thread,
      of: placesOf(this.#plan),
      link: (place) => this.#links.get(place)!,
      near: (number, channel) => this.#numbers.set(channel, number),
      far: () => {},
      refuse: (from, records, error) => fail(recordNotPortable(this.#plan, from, records, error)),
    }
  }
}

/** What becomes of letters here is noted where the job is, which also knows when they are settled. */
function lettersTo(line: JobLine, own: JobLetters): LettersListener {
  return {
    givenUp: (letter) => line.letter(letter),
    entered: (letters, after) => line.tell({ type: 'replayed', letters, after }),
    refused: (letters) => line.tell({ type: 'notReplayed', letters }),
    settled: (letters) => own.confirm(letters),
    begun: () => {},
  }
}

/** Resolves when all that was written before has arrived. */
function written(stream: NodeJS.WriteStream): Promise<void> {
  return new Promise((resolve) => stream.write('', () => resolve()))
}

function linksOf(
  ports: readonly (readonly [number | null, MessagePort])[],
  clock: ConstructorParameters<typeof ThreadLink>[1],
): ReadonlyMap<number | null, ThreadLink> {
  return new Map(ports.map(([place, port]) => [place, new ThreadLink(port, clock)]))
}
