/** Who wants to know of new events. */
export class EventListeners {
  readonly #listeners = new Set<{ readonly call: (last: number) => void }>()

  add(call: (last: number) => void): () => void {
    const entry = { call }
    this.#listeners.add(entry)
    return () => void this.#listeners.delete(entry)
  }

  /** What a listener throws is its own: what is told has happened, and the others hear of it too. */
  tell(last: number): void {
    for (const { call } of [...this.#listeners]) {
      try {
        call(last)
      } catch (error) {
        void Promise.reject(error)
      }
    }
  }

  clear(): void {
    this.#listeners.clear()
  }
}
