import type { EventLog } from '../job-manager.ts'
import type { JobStore } from './job-store.ts'

/** The events of a store, as a manager shows them. */
export const eventLogOf = (store: JobStore): EventLog => ({
  read: (query) => store.events(query),
  get first() {
    return store.eventRange().first
  },
  get last() {
    return store.eventRange().last
  },
  onAppended: (listener) => store.onEvents(() => listener()),
})
