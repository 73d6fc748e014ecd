/** What a strand does until its next turn. */
export type Doing = 'busy' | 'held' | 'idle'

/** What time went into, in milliseconds. */
export interface ActivityTimes {
  readonly busyMs: number
  readonly heldMs: number
  readonly idleMs: number
}

/**
 * What the time of a strand goes into: every moment from `begin` to `end` counts once. It is told of turns, never of
 * records, in the order of time; times are those of the monotonic clock.
 */
export class Activity {
  /** When it ended. */
  endedAt: number = Infinity
  #busy = 0
  #held = 0
  #idle = 0
  #doing: Doing = 'idle'
  /** All before is counted. Infinity: it has not begun. */
  #since = Infinity

  begin(at: number): void {
    if (this.#since === Infinity) this.#since = at
  }

  /** It had a turn; `doing` is what it does from `until` on. */
  turn(from: number, until: number, doing: Doing): void {
    if (this.#since > from || this.endedAt !== Infinity) return
    this.#pass(from)
    this.#busy += until - from
    this.#since = until
    this.#doing = doing
  }

  end(at: number): void {
    if (this.endedAt !== Infinity) return
    this.#pass(at)
    this.endedAt = at
  }

  /** With what it does since its last turn. */
  until(now: number): ActivityTimes {
    const doing = this.#doing
    const open = Math.max(0, Math.min(now, this.endedAt) - this.#since)
    return {
      busyMs: this.#busy + (doing === 'busy' ? open : 0),
      heldMs: this.#held + (doing === 'held' ? open : 0),
      idleMs: this.#idle + (doing === 'idle' ? open : 0),
    }
  }

  #pass(until: number): void {
    const open = until - this.#since
    if (open <= 0) return
    this.#since = until
    switch (this.#doing) {
      case 'busy':
        this.#busy += open
        break
      case 'held':
        this.#held += open
        break
      case 'idle':
        this.#idle += open
    }
  }
}
