/** Work that is done once for all who ask for it while it is under way. */
export class SingleFlight<T> {
  readonly #flights = new Map<string, Promise<T>>()

  /** What is under way under this key, else what `start` makes. */
  join(key: string, start: () => Promise<T>): Promise<T> {
    const under = this.#flights.get(key)
    if (under !== undefined) return under
    const flight = start().finally(() => this.#flights.delete(key))
    this.#flights.set(key, flight)
    return flight
  }

  /** Resolves when all that is under way now has ended, however it did. */
  async settled(): Promise<void> {
    await Promise.allSettled([...this.#flights.values()])
  }
}
