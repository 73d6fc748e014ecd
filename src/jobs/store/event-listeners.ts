/** Who wants to know of what is new: of the last event, unless it is of something else. */
export class EventListeners<News = number> {
  readonly #listeners = new Set<{ readonly call: (news: News) => void }>()

  add(call: (news: News) => void): () => void {
    const entry = { call }
    this.#listeners.add(entry)
    return () => void this.#listeners.delete(entry)
  }

  /** What a listener throws is its own: what is told has happened, and the others hear of it too. */
  tell(news: News): void {
    for (const { call } of [...this.#listeners]) {
      try {
        call(news)
      } catch (error) {
        void Promise.reject(error)
      }
    }
  }

  clear(): void {
    this.#listeners.clear()
  }
}
