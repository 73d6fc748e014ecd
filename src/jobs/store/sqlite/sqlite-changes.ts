import type { EventListeners } from '../event-listeners.ts'
import type { EventBody } from '../job-changes.ts'
import type { Database, Durability } from './database.ts'
import type { SqliteEvents } from './sqlite-events.ts'

/** Changes of a database that have events. */
export class SqliteChanges {
  readonly #database: Database
  readonly #events: SqliteEvents
  readonly #listeners: EventListeners

  constructor(database: Database, events: SqliteEvents, listeners: EventListeners) {
    this.#database = database
    this.#events = events
    this.#listeners = listeners
  }

  /** One transaction; who listens hears of its events when it is done. */
  make<T>(durability: Durability, work: (tell: (event: EventBody) => void) => T): T {
    let last = 0
    const result = this.#database.transaction(durability, () =>
      work((event) => void (last = this.#events.add(event))),
    )
    if (last > 0) this.#listeners.tell(last)
    return result
  }
}
