/** `checkpoint`: the one that has it as ended; null: none has begun. */
interface Waiter {
  checkpoint: number | null
  readonly resolve: () => void
  readonly reject: (error: unknown) => void
}

/** Those who have ended, and wait until a checkpoint that has them as ended is safe. */
export class EndWaiters {
  #waiters: Waiter[] = []

  get any(): boolean {
    return this.#waiters.length > 0
  }

  /**
   * Somebody has ended, and waits.
   * @param checkpoint the one being taken, if it has them as ended.
   */
  add(checkpoint: number | null): Promise<void> {
    return new Promise((resolve, reject) => this.#waiters.push({ checkpoint, resolve, reject }))
  }

  /** That checkpoint begins, and has everybody who has ended by now. */
  begun(checkpoint: number): void {
    for (const waiter of this.#waiters) waiter.checkpoint ??= checkpoint
  }

  safe(checkpoint: number): void {
    const isSafe = (waiter: Waiter): boolean => waiter.checkpoint !== null && waiter.checkpoint <= checkpoint
    const safe = this.#waiters.filter(isSafe)
    this.#waiters = this.#waiters.filter((waiter) => !isSafe(waiter))
    for (const { resolve } of safe) resolve()
  }

  /** Who counted on that checkpoint counts on the next. */
  givenUp(checkpoint: number): void {
    for (const waiter of this.#waiters) if (waiter.checkpoint === checkpoint) waiter.checkpoint = null
  }

  /** There will be no checkpoint that anybody could wait for. */
  reject(error: unknown): void {
    for (const { reject } of this.#waiters.splice(0)) reject(error)
  }
}
