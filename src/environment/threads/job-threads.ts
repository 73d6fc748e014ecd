import { MessageChannel, type MessagePort } from 'node:worker_threads'
import { placesOf, strandsIn, threadsOf } from '../../compiler/instantiate/far-strands.ts'
import { nodeOf, type Plan } from '../../compiler/plan.ts'
import { fromPortableError, thrownBy, toPortableError } from '../../errors/portable-error-codec.ts'
import type { ServiceCaller } from '../../functions/services.ts'
import { graphHash } from '../../graph/graph-hash.ts'
import type { PipelineGraph } from '../../graph/pipeline-graph.ts'
import type { CheckpointHost } from '../../runtime/checkpoint/checkpoint-host.ts'
import type { JobLetters } from '../../runtime/dead-letters/job-letters.ts'
import type { Outside } from '../../runtime/dispatcher/attempt.ts'
import type { DrivenStrand, JobInstance, StrandInstance } from '../../runtime/dispatcher/job-instance.ts'
import type { FarChannel } from '../../runtime/threads/far-channel.ts'
import { FarFigures } from '../../runtime/threads/far-figures.ts'
import { FarStrand } from '../../runtime/threads/far-strand.ts'
import type { Places } from '../../runtime/threads/places.ts'
import { ThreadLink } from '../../runtime/threads/thread-link.ts'
import type { ThreadNews, ThreadOrigin, ThreadQuestion } from '../../runtime/threads/thread-messages.ts'
import type { ThreadReport } from '../../runtime/threads/thread-report.ts'
import type { ResolvedEnvironmentOptions } from '../environment-options.ts'
import type { ProgramOf } from '../seat/program-of.ts'
import { JobThread } from './job-thread.ts'
import { recordNotPortable } from './record-not-portable.ts'
import type { ThreadData } from './thread-order.ts'

export interface JobThreadsOptions {
  readonly plan: Plan
  readonly graph: PipelineGraph
  readonly options: ResolvedEnvironmentOptions
  readonly program: ProgramOf
  readonly checkpoints: CheckpointHost | null
  /** Whether operators have state that is saved. */
  readonly isSaved: boolean
  readonly letters: JobLetters
  readonly services: (operator: string) => ServiceCaller
  readonly aborted: () => { readonly reason: unknown } | null
  readonly fail: (error: unknown) => void
  readonly ended: (strand: DrivenStrand) => void
}

interface Member {
  readonly number: number
  readonly thread: JobThread
  readonly links: (readonly [number | null, MessagePort])[]
  readonly strands: ReadonlyMap<string, FarStrand>
  /** The same, as the Dispatcher has them. */
  readonly instances: readonly StrandInstance[]
  /** Calls under way, by the number of the question. */
  readonly calls: Map<number, AbortController>
  figures: FarFigures | null
}

/** The worker threads of one attempt, as the process of the job sees them. */
export class JobThreads implements Places, Outside {
  readonly here = null
  readonly of: Places['of']
  /** In the order of their threads. */
  readonly strands: readonly StrandInstance[]
  readonly #options: JobThreadsOptions
  readonly #members: ReadonlyMap<number, Member>
  readonly #links = new Map<number, ThreadLink>()
  readonly #far = new Map<number, FarChannel>()

  constructor(options: JobThreadsOptions) {
    const { plan } = options
    this.#options = options
    this.of = placesOf(plan)
    const threads = threadsOf(plan)
    this.#members = new Map(threads.map((number) => [number, this.#member(number)]))
    for (const [number, { links }] of this.#members) {
      const { port1, port2 } = new MessageChannel()
      this.#links.set(number, new ThreadLink(port1, options.options.clock))
      links.push([null, port2])
    }
    this.strands = [...this.#members.values()].flatMap(({ instances }) => instances)
    for (const [i, a] of threads.entries()) for (const b of threads.slice(i + 1)) this.#join(a, b)
  }

  link(place: number | null): ThreadLink {
    return this.#links.get(place as number)!
  }

  near(): void {}

  far(number: number, channel: FarChannel): void {
    this.#far.set(number, channel)
  }

  refuse(from: string, records: readonly unknown[], error: unknown): void {
    this.#options.fail(recordNotPortable(this.#options.plan, from, records, error))
  }

  /** What is elsewhere has its place in the books. */
  account(nodes: JobInstance['nodes']): void {
    const { plan } = this.#options
    const nodesOf = new Map(plan.tasks.map(({ id, nodes: own }) => [id, own]))
    for (const { task, index, thread } of plan.subtasks) {
      if (thread === null) continue
      const member = this.#members.get(thread)!
      member.figures ??= new FarFigures(thread, nodes, this.#far)
      for (const node of nodesOf.get(task)!) member.figures.expect(node, index)
    }
  }

  /**
   * Resolves when every thread has loaded the program, and built its part.
   * @throws ThreadStartError, InvalidArgumentError where the program cannot be loaded once more.
   */
  async ready(): Promise<void> {
    const { plan, graph, options, isSaved, checkpoints } = this.#options
    const program = await this.#options.program()
    const data: Omit<ThreadData, 'control' | 'atWork' | 'thread' | 'links'> = {
      seat: { program, graphHash: graphHash(graph) },
      parallelism: options.parallelism,
      settings: plan.threads,
      checkpoints: isSaved ? 'taken' : checkpoints === null ? 'none' : 'ends',
    }
    for (const link of this.#links.values()) link.open()
    await Promise.all(
      [...this.#members.values()].map(({ thread, links }) => thread.seat({ ...data, links }, program)),
    )
  }

  /** After its strands are aborted: nothing of it is left. */
  async close(): Promise<void> {
    for (const link of this.#links.values()) link.close()
    await Promise.all([...this.#members.values()].map(({ thread }) => thread.close()))
    for (const { links, calls } of this.#members.values()) {
      for (const [, port] of links) port.close()
      for (const call of calls.values()) call.abort(new Error('The thread that made the call is gone.'))
    }
  }

  #member(number: number): Member {
    const { plan, options } = this.#options
    const { clock, logger, threads, startTimeout, stopTimeout } = options
    const planned = strandsIn(plan, number)
    const common = { jobName: plan.name, clock, logger, threads, startTimeout, stopTimeout }
    const operators = planned.map((strand) => strand.operators)
    const thread = new JobThread(
      { number, operators, ...common },
      {
        origin: () => this.#origin(),
        aborted: this.#options.aborted,
        told: (report) => this.#told(number, report),
        news: (news) => this.#hear(this.#members.get(number)!, news),
        fail: (error) => this.#options.fail(error),
      },
    )
    const built = planned.map(({ id, nodes, task, subtask, operators: names }) => {
      const name = nodes[0] === undefined ? names[0]! : nodeOf(plan, nodes[0]).transformation.name
      return { strand: new FarStrand(id, name, task, thread), nodes, main: true, subtask }
    })
    const strands = new Map(built.map(({ strand }) => [strand.id, strand]))
    return { number, thread, links: [], strands, instances: built, calls: new Map(), figures: null }
  }

  #join(a: number, b: number): void {
    const { port1, port2 } = new MessageChannel()
    this.#members.get(a)!.links.push([b, port1])
    this.#members.get(b)!.links.push([a, port2])
  }

  #origin(): ThreadOrigin | null {
    const restored = this.#options.checkpoints?.restored ?? null
    return restored === null ? null : { manifest: restored.manifest, reusable: restored.reusable }
  }

  #told(number: number, report: ThreadReport): void {
    this.#members.get(number)!.figures?.update(report)
  }

  #hear(member: Member, news: Parameters<ConstructorParameters<typeof JobThread>[1]['news']>[0]): void {
    const { checkpoints } = this.#options
    switch (news.type) {
      case 'seated':
        for (const { id, states } of news.strands) member.strands.get(id)!.places = states
        return
      case 'failed':
        this.#options.fail(fromPortableError(news.error))
        return
      case 'ended':
        this.#options.ended(member.strands.get(news.strand)!)
        return
      case 'passed': {
        const strand = member.strands.get(news.strand)!
        strand.gave(news.parts)
        checkpoints?.passed(strand, news.barrier, null)
        return
      }
      case 'replayed':
        for (const letter of news.letters) this.#options.letters.entered(letter, news.after)
        return
      case 'notReplayed':
        this.#options.letters.refused(news.letters)
        return
      case 'letter': {
        const { letter } = news
        this.#options.letters.givenUp({ ...letter, error: thrownBy(letter.error) })
        return
      }
      case 'notSaved':
        checkpoints?.notSaved(news.checkpoint, fromPortableError(news.error))
        return
      case 'ask':
        void this.#answer(member, news)
        return
      case 'forget':
        member.calls.get(news.id)?.abort(new Error('The caller does not wait any more.'))
    }
  }

  async #answer(member: Member, { id, question }: ThreadNews & { type: 'ask' }): Promise<void> {
    try {
      const value = await this.#find(member, id, question)
      member.thread.tell({ type: 'answer', id, value })
    } catch (error) {
      member.thread.tell({ type: 'refusal', id, error: toPortableError(error) })
    } finally {
      member.calls.delete(id)
    }
  }

  #find(member: Member, id: number, question: ThreadQuestion): Promise<unknown> {
    const checkpoints = this.#options.checkpoints as CheckpointHost
    switch (question.what) {
      case 'put':
        return checkpoints.put(question.checkpoint, question.bytes)
      case 'read':
        return checkpoints.restored!.read(question.ref)
      case 'safe':
        return checkpoints.safe(question.checkpoint)
      case 'ended': {
        const strand = member.strands.get(question.strand)!
        strand.left(question.parts)
        return checkpoints.ended(strand, question.waits)
      }
      case 'call': {
        const { operator, service, method, args, timeout } = question
        const call = new AbortController()
        member.calls.set(id, call)
        const options = { signal: call.signal, ...(timeout === undefined ? {} : { timeout }) }
        return this.#options.services(operator).callService(service, method, args, options)
      }
    }
  }
}
