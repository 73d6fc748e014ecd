import type { FunctionTable } from '../../graph/pipeline-graph.ts'
import { ArrayShare } from '../../runtime/task/heads/array-head.ts'
import { type IterableInput, IteratorShare } from '../../runtime/task/heads/iterator-share.ts'
import { readableShare } from '../../runtime/task/heads/readable-share.ts'

/** Inputs that are read once and dealt out to all subtasks of their source. */
export class SharedInputs {
  readonly #functions: FunctionTable
  readonly #batches = new Map<string, ArrayShare | IteratorShare>()

  constructor(functions: FunctionTable) {
    this.#functions = functions
  }

  batch(node: string, subtasks: number): ArrayShare | IteratorShare {
    return this.#share(node, (given) =>
      Array.isArray(given)
        ? new ArrayShare(given, subtasks)
        : new IteratorShare(given as IterableInput, subtasks),
    )
  }

  readable(node: string): IteratorShare {
    return this.#share(node, (given) =>
      readableShare(given as Parameters<typeof readableShare>[0]),
    ) as IteratorShare
  }

  #share(node: string, create: (given: unknown) => ArrayShare | IteratorShare): ArrayShare | IteratorShare {
    let share = this.#batches.get(node)
    if (share === undefined) {
      share = create(this.#functions.get(node))
      this.#batches.set(node, share)
    }
    return share
  }
}
