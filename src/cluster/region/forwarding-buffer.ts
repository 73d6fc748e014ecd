import { CollectBuffer } from '../../functions/collect-buffer.ts'
import type { FunctionTable } from '../../graph/pipeline-graph.ts'
import { v8Serializer } from '../../storage/serializer.ts'
import { collectedEnd } from '../regions/edge-ends.ts'
import { BatchSize } from './batch-size.ts'
import { contentsOf } from './edge-message.ts'
import { OutputQueue } from './output-queue.ts'

/** What a buffer tells of what it has to send. */
export interface ForwardingHost {
  /** So many bytes more are to be kept. */
  readonly wrote: (bytes: number) => void
  /** Resolves when there is room for more; undefined: there is. */
  readonly room: () => Promise<void> | undefined
  /** Values that cannot be written. */
  readonly refuse: (node: string, values: readonly unknown[], error: unknown) => void
}

/** Values of one subtask since its last barrier. */
interface Pending {
  values: unknown[]
  readonly queue: OutputQueue
  readonly batch: BatchSize
  /** The last checkpoint that has its part of this. */
  sealedFor: number
}

/**
 * Takes the place of what `collect()` writes to where that is in another process: values go there with the checkpoint
 * that has them as received. How many there may be is counted there.
 */
export class ForwardingBuffer extends CollectBuffer<unknown> {
  readonly #node: string
  readonly #pending = new Map<number, Pending>()
  /** Of barriers that have passed, and are not committed. */
  readonly #sealed: OutputQueue
  /** Of subtasks that have ended behind the barrier of the checkpoint under way: it goes with the next. */
  readonly #later: OutputQueue
  /** The checkpoint under way; NaN: none. */
  #checkpoint = NaN
  #host: ForwardingHost | null = null

  constructor(node: string) {
    super(Infinity)
    this.#node = node
    this.#sealed = new OutputQueue(collectedEnd(node))
    this.#later = new OutputQueue(collectedEnd(node))
  }

  attach(host: ForwardingHost): void {
    this.#host = host
  }

  override write(value: unknown, subtask = 0): Promise<void> | undefined {
    const pending = this.#pendingOf(subtask)
    pending.values.push(value)
    if (pending.values.length < pending.batch.records) return undefined
    this.#flush(pending)
    return this.#host?.room()
  }

  /** A checkpoint is under way. */
  begin(checkpoint: number): void {
    this.#checkpoint = checkpoint
    this.#sealed.takeOver(this.#later)
  }

  /** Called where a barrier stands in the sink, and at the end of a subtask. */
  override saved(subtask: number, count: number): number {
    const pending = this.#pendingOf(subtask)
    this.#flush(pending)
    const isLater = pending.sealedFor === this.#checkpoint
    pending.sealedFor = this.#checkpoint
    ;(isLater ? this.#later : this.#sealed).takeOver(pending.queue)
    return count
  }

  /** What was not committed comes again. */
  override restore(_subtask: number, saved: number | readonly unknown[]): number {
    return saved as number
  }

  /** What goes with the checkpoint under way, of which all is here. */
  take(): OutputQueue {
    this.#checkpoint = NaN
    return this.#sealed
  }

  /** All that is here. */
  get queues(): readonly OutputQueue[] {
    return [this.#sealed, this.#later, ...[...this.#pending.values()].map(({ queue }) => queue)]
  }

  #pendingOf(subtask: number): Pending {
    let pending = this.#pending.get(subtask)
    if (pending === undefined) {
      pending = {
        values: [],
        queue: new OutputQueue(this.#sealed.end),
        batch: new BatchSize(),
        sealedFor: NaN,
      }
      this.#pending.set(subtask, pending)
    }
    return pending
  }

  #flush(pending: Pending): void {
    const { values, queue, batch } = pending
    if (values.length === 0) return
    pending.values = []
    try {
      const content = v8Serializer.serialize(values)
      batch.note(values.length, content.length)
      queue.push(content)
      this.#host?.wrote(content.length)
    } catch (error) {
      this.#host?.refuse(this.#node, values, error)
    }
  }
}

/** The values of a message that a region wrote where `collect()` reads. */
export function collectedValues(bytes: Uint8Array): readonly unknown[] {
  return contentsOf(bytes).flatMap((content) => v8Serializer.deserialize(content) as readonly unknown[])
}

/** The same functions, with what `collect()` writes to elsewhere. */
export function forwarding(functions: FunctionTable): {
  readonly functions: FunctionTable
  readonly collected: readonly ForwardingBuffer[]
} {
  const collected: ForwardingBuffer[] = []
  const own = new Map(functions)
  for (const [node, given] of functions) {
    if (!(given instanceof CollectBuffer)) continue
    const buffer = new ForwardingBuffer(node)
    collected.push(buffer)
    own.set(node, buffer)
  }
  return { functions: own, collected }
}
