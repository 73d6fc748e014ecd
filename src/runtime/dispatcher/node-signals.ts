import type { DrivenStrand, JobInstance } from './job-instance.ts'

/** Counts stop signals: one per subtask of every node of the main pipeline. */
export class NodeSignals {
  readonly #missing = new Map<string, number>()
  readonly #nodes = new Map<DrivenStrand, readonly string[]>()
  #total = 0

  constructor({ nodes, strands }: JobInstance) {
    for (const { strand, nodes: own } of strands) {
      this.#nodes.set(strand, own)
      for (const id of own) {
        if (nodes.get(id)?.main !== true) continue
        this.#missing.set(id, (this.#missing.get(id) ?? 0) + 1)
        this.#total++
      }
    }
  }

  /** True when there is nothing to wait for: the main pipeline has no node. */
  get empty(): boolean {
    return this.#total === 0
  }

  nodesOf(strand: DrivenStrand): readonly string[] {
    return this.#nodes.get(strand) ?? []
  }

  /** One subtask's report. True when it was the last missing one. A report too many is ignored. */
  receive(nodeId: string): boolean {
    const missing = this.#missing.get(nodeId) ?? 0
    if (missing === 0) return false
    this.#missing.set(nodeId, missing - 1)
    return --this.#total === 0
  }
}
