import { CollectBuffer } from '../../functions/collect-buffer.ts'
import type { FunctionTable } from '../../graph/pipeline-graph.ts'
import { v8Serializer } from '../../storage/serializer.ts'

/**
 * Takes the place of what `collect()` writes to where that is in another process: values go there with the checkpoint
 * that has them as received. How many there may be is counted there.
 */
export class ForwardingBuffer extends CollectBuffer<unknown> {
  /** By subtask, since its last barrier. */
  readonly #pending = new Map<number, unknown[]>()
  /** Of barriers that have passed, and are not committed. */
  #sealed: unknown[] = []

  constructor() {
    super(Infinity)
  }

  override write(value: unknown, subtask = 0): void {
    const pending = this.#pending.get(subtask)
    if (pending === undefined) this.#pending.set(subtask, [value])
    else pending.push(value)
  }

  /** Called where a barrier stands in the sink. */
  override saved(subtask: number, count: number): number {
    for (const value of this.#pending.get(subtask) ?? []) this.#sealed.push(value)
    this.#pending.delete(subtask)
    return count
  }

  /** What was not committed comes again. */
  override restore(_subtask: number, saved: number | readonly unknown[]): number {
    return saved as number
  }

  /** What is to go with the next commit; null: nothing. */
  take(): Uint8Array | null {
    if (this.#sealed.length === 0) return null
    const values = this.#sealed
    this.#sealed = []
    return v8Serializer.serialize(values)
  }
}

/** The same functions, with what `collect()` writes to elsewhere. */
export function forwarding(functions: FunctionTable): {
  readonly functions: FunctionTable
  readonly collected: ReadonlyMap<string, ForwardingBuffer>
} {
  const collected = new Map<string, ForwardingBuffer>()
  const own = new Map(functions)
  for (const [node, given] of functions) {
    if (!(given instanceof CollectBuffer)) continue
    const buffer = new ForwardingBuffer()
    collected.set(node, buffer)
    own.set(node, buffer)
  }
  return { functions: own, collected }
}
