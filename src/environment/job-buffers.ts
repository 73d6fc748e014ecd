import type { Plan } from '../compiler/plan.ts'
import { CollectBuffer } from '../functions/collect-buffer.ts'
import { IterateBuffer } from '../functions/iterate-buffer.ts'
import type { FunctionTable } from '../graph/pipeline-graph.ts'

/** The buffers of `collect()` and `toAsyncIterable()`, which outlive a job because the user holds them. */
export class JobBuffers {
  readonly #buffers: (CollectBuffer<unknown> | IterateBuffer<unknown>)[] = []

  constructor(plan: Plan, functions: FunctionTable) {
    for (const { transformation } of plan.nodes) {
      const given = functions.get(transformation.id)
      if (given instanceof CollectBuffer || given instanceof IterateBuffer) this.#buffers.push(given)
    }
  }

  /** Whether the user reads anything of this job through a buffer that the next job would share. */
  get any(): boolean {
    return this.#buffers.length > 0
  }

  /** Whoever goes on from one of the job's checkpoints has none of what was collected until then. */
  keep(): void {
    for (const buffer of this.#buffers) if (buffer instanceof CollectBuffer) buffer.keep()
  }

  /** A job begins. */
  reset(): void {
    for (const buffer of this.#buffers) buffer.reset()
  }

  /** The job begins again from the start: what was collected is collected anew; whoever reads along goes on. */
  restart(): void {
    for (const buffer of this.#buffers) if (buffer instanceof CollectBuffer) buffer.reset()
  }

  /** The job is over: readers get the end, or the failure. */
  end(failure: { readonly error: unknown } | null): void {
    for (const buffer of this.#buffers) {
      if (!(buffer instanceof IterateBuffer)) continue
      if (failure === null) buffer.complete()
      else buffer.fail(failure.error)
    }
  }
}
