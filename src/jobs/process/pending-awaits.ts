import { createHook } from 'node:async_hooks'
import { type DefinitionSite, siteOfStack } from '../../errors/definition-site.ts'

/** Promises that are looked at: the newest. */
const CAPACITY = 4096

/**
 * Knows which promises of a program are not settled, and where they were made: the one way to tell the line of an await
 * that never ends. Every promise costs while it watches, so it watches a program until its job begins.
 */
export class PendingAwaits {
  readonly #stacks = new Map<number, { stack?: string }>()
  readonly #hook = createHook({
    init: (id, type) => {
      if (type === 'PROMISE') this.#note(id)
    },
    promiseResolve: (id) => void this.#stacks.delete(id),
  })

  start(): void {
    this.#hook.enable()
  }

  stop(): void {
    this.#hook.disable()
    this.#stacks.clear()
  }

  /** Where the program waits: of what is not settled the newest that was made in a line of its own. */
  site(): DefinitionSite | undefined {
    this.#hook.disable()
    for (const { stack = '' } of [...this.#stacks.values()].reverse()) {
      const site = siteOfStack(stack)
      if (site !== undefined) return site
    }
    return undefined
  }

  #note(id: number): void {
    const holder: { stack?: string } = {}
    Error.captureStackTrace(holder)
    this.#stacks.set(id, holder)
    if (this.#stacks.size <= CAPACITY) return
    for (const oldest of this.#stacks.keys()) {
      this.#stacks.delete(oldest)
      break
    }
  }
}
