import { indexGraph } from '../../graph/graph-index.ts'
import type { ChannelInstance, NodeInstance } from '../../runtime/dispatcher/job-instance.ts'
import { Channel, type ChannelView, type Waker } from '../../runtime/flow-control/channel.ts'
import { OutBuffer } from '../../runtime/flow-control/out-buffer.ts'
import { EdgeOutput } from '../../runtime/flow-control/outputs.ts'
import type { Book } from '../../runtime/metrics/book.ts'
import type { InputChannel } from '../../runtime/task/heads/inlet.ts'
import { FarChannel } from '../../runtime/threads/far-channel.ts'
import type { Places } from '../../runtime/threads/places.ts'
import { letterCodec, type RecordCodec } from '../../runtime/threads/portable-letters.ts'
import { graphOf, nodeOf, type Plan, type PlanEdge } from '../plan.ts'
import { carriesLetters } from './carries-letters.ts'
import { isMoved } from './is-moved.ts'
import type { JobResources } from './job-resources.ts'
import { type NumberedChannel, numberedChannels } from './numbered-channels.ts'

/** A channel's producer before its strand exists. */
class LateWaker implements Waker {
  target: Waker | null = null

  wake(): void {
    this.target?.wake()
  }
}

interface Entry {
  readonly edge: PlanEdge
  readonly producer: number
  readonly consumer: number
  readonly channel: Channel
  readonly waker: LateWaker
}

/** Every channel of a job: one for each pair of subtasks that an edge connects. */
export class ChannelTable {
  readonly #plan: Plan
  readonly #resources: JobResources
  /** Null: everything is here. */
  readonly #places: Places | null
  readonly #views: { readonly edge: PlanEdge; readonly channel: ChannelView }[] = []
  /** By node, then by subtask. Most nodes are inside a chain and have none. */
  readonly #byConsumer = new Map<string, Entry[][]>()
  readonly #byProducer = new Map<string, Entry[][]>()
  /** Nodes on the way to a reply: a branch beside it does not answer, whatever it makes of a record. */
  readonly #answering: ReadonlySet<string>

  constructor(plan: Plan, resources: JobResources, places: Places | null) {
    this.#places = places
    this.#plan = plan
    this.#resources = resources
    const { graph, upstream } = indexGraph(graphOf(plan))
    const replies = graph.nodes.filter((node) => node.kind === 'sink' && node.sink === 'reply')
    this.#answering = upstream(...replies.map(({ id }) => id))
    for (const channel of numberedChannels(plan)) this.#connect(channel)
  }

  /** The channels a subtask of that node reads. */
  inputs(node: string, subtask: number): InputChannel[] {
    const { loop } = nodeOf(this.#plan, node)
    return (this.#byConsumer.get(node)?.[subtask] ?? []).map(({ edge, channel }) => ({
      input: edge.input,
      channel,
      gated: loop !== null && nodeOf(this.#plan, edge.from).loop !== loop,
      feedback: edge.role.type === 'feedback',
    }))
  }

  /** The edges a subtask of that node writes, each with its buffers. */
  outputs(node: string, subtask: number): readonly { edge: PlanEdge; output: EdgeOutput }[] {
    const own = this.#byProducer.get(node)?.[subtask]
    if (own === undefined) return none
    const byEdge = new Map<PlanEdge, Entry[]>()
    for (const entry of own) {
      byEdge.set(entry.edge, [...(byEdge.get(entry.edge) ?? []), entry])
    }
    return [...byEdge].map(([edge, entries]) => {
      const { chunkSize } = this.#resources
      const { keyed, timed } = edge
      const beside = { keyed, timed, replying: this.#answering.has(edge.to) }
      const buffers = entries.map(({ channel }) => new OutBuffer(channel, chunkSize, beside))
      return { edge, output: new EdgeOutput(edge.route, buffers, subtask) }
    })
  }

  /** Names the strand that writes the edges of a subtask of that node. */
  bind(node: string, subtask: number, strand: Waker): void {
    for (const { waker } of this.#byProducer.get(node)?.[subtask] ?? []) waker.target = strand
  }

  instances(nodes: ReadonlyMap<string, NodeInstance>): ChannelInstance[] {
    return this.#views.map(({ edge, channel }) => ({
      channel,
      // Known when the job settles: those of other threads come later.
      get consumer() {
        return nodes.get(edge.to)!.books[0] as Book
      },
      from: edge.from,
      to: edge.to,
    }))
  }

  #connect({ number, edge, producer, consumer }: NumberedChannel): void {
    const capacity = edge.role.type === 'feedback' ? Infinity : this.#resources.edgeCapacity
    if (this.#places === null) this.#connectHere(edge, producer, consumer, capacity)
    else this.#connectPlaces(this.#places, { number, edge, producer, consumer }, capacity)
  }

  #connectHere(edge: PlanEdge, producer: number, consumer: number, capacity: number): Channel {
    const waker = new LateWaker()
    const channel = new Channel(capacity, waker)
    const entry = { edge, producer, consumer, channel, waker }
    push(this.#byProducer, edge.from, producer, entry)
    push(this.#byConsumer, edge.to, consumer, entry)
    this.#views.push({ edge, channel })
    return channel
  }

  /** All places number the channels alike, and each makes its own ends of them. */
  #connectPlaces(places: Places, channel: NumberedChannel, capacity: number): void {
    const { number, edge, producer, consumer } = channel
    const { here } = places
    const from = places.of(edge.from, producer)
    const to = places.of(edge.to, consumer)
    if (from === here && to === here) {
      places.near(number, this.#connectHere(edge, producer, consumer, capacity))
      return
    }
    const codec = this.#codecOf(edge)
    const waker = new LateWaker()
    let near: ChannelView | null = null
    if (from === here) {
      const channel = new Channel(capacity, waker)
      const moves = isMoved(this.#plan, edge)
      const refuse = (records: readonly unknown[], error: unknown): void =>
        places.refuse(edge.from, records, error)
      places.link(to).send(number, channel, { codec, moves, refuse })
      push(this.#byProducer, edge.from, producer, { edge, producer, consumer, channel, waker })
      near = channel
    } else if (to === here) {
      const channel = places.link(from).receive(number, codec)
      push(this.#byConsumer, edge.to, consumer, { edge, producer, consumer, channel, waker })
      near = channel
    }
    if (near !== null) places.near(number, near)
    if (here === null) {
      const channel = new FarChannel({ from, to }, near)
      places.far(number, channel)
      this.#views.push({ edge, channel })
    } else if (near !== null) this.#views.push({ edge, channel: near })
  }

  #codecOf(edge: PlanEdge): RecordCodec | null {
    return carriesLetters(this.#plan, edge) ? letterCodec : null
  }
}

const none: readonly never[] = []

function push(groups: Map<string, Entry[][]>, node: string, subtask: number, entry: Entry): void {
  let subtasks = groups.get(node)
  if (subtasks === undefined) groups.set(node, (subtasks = []))
  ;(subtasks[subtask] ??= []).push(entry)
}
