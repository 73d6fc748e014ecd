import type { JobEvent } from '../../../protocol/job-event.ts'
import type { EventBody } from '../job-changes.ts'
import type { EventQuery, NumberRange } from '../job-store.ts'

/** Events in memory. */
export class MemoryEvents {
  #events: JobEvent[] = []
  #last = 0

  /** @returns its number. */
  add(event: EventBody): number {
    this.#events.push({ ...event, id: ++this.#last })
    return this.#last
  }

  read({ since, limit, job }: EventQuery): readonly JobEvent[] {
    return this.#events
      .filter((event) => event.id > since && (job === undefined || event.job === job))
      .slice(0, limit)
  }

  range(): NumberRange {
    const next = this.#last === 0 ? 0 : this.#last + 1
    return { first: this.#events[0]?.id ?? next, last: this.#last }
  }

  trim(keep: number): void {
    this.#events = this.#events.filter(({ id }) => id > this.#last - keep)
  }
}
