/** Who leads: at the record `leader`. */
export interface LeaderRecord {
  /** Empty: whoever led has gone, and anybody may. */
  readonly id: string
  /** Grows with each leader. */
  readonly term: number
  /** How often this leader has said since that it is there. */
  readonly renewals: number
}

export const LEADER_KEY = 'leader'
/** Milliseconds between looks at the record, and between renewals. */
export const RENEWAL = 1_000
/** Milliseconds without a renewal, by the clock of whoever looks, after which a leader has gone. */
export const TERM_LOST = 4_000

/** The record as it was found; null: there is none. */
export type Found = { readonly value: LeaderRecord; readonly revision: number } | null

/** What a candidate remembers between looks. */
export interface Watch {
  /** Of the record as it was seen last. */
  readonly revision: number
  /** When it was seen to have changed. */
  readonly changedAt: number
}

export const firstWatch: Watch = { revision: -1, changedAt: 0 }

export interface Look {
  readonly watch: Watch
  /** What to write over the record as it was found; null: somebody else leads. */
  readonly write: LeaderRecord | null
}

/** What a candidate does about the record, at `at` of a clock that never goes back. */
export function lookAtLeader(watch: Watch, found: Found, id: string, at: number): Look {
  if (found === null) return { watch: { revision: 0, changedAt: at }, write: { id, term: 1, renewals: 0 } }
  const { value, revision } = found
  if (value.id === id) return { watch, write: { ...value, renewals: value.renewals + 1 } }
  const seen = revision === watch.revision ? watch : { revision, changedAt: at }
  const isFree = value.id === '' || at - seen.changedAt >= TERM_LOST
  return { watch: seen, write: isFree ? { id, term: value.term + 1, renewals: 0 } : null }
}
