/** What both sides of the comparison do: count records by key, dealt out to partitions over a log. */
export interface ClusterRun {
  /** Of the server, as `nats://host:port`. */
  readonly address: string
  /** Name of the job, or of the stream: its own for each run. */
  readonly job: string
  readonly records: number
  readonly partitions: number
}

export interface ClusterTime {
  readonly milliseconds: number
  /** Sum over all counts: as many as there are records. */
  readonly sum: number
  /** Commits of all partitions and the source. */
  readonly commits: number
}

export interface ClusterRecord {
  readonly id: number
  readonly key: string
  readonly amount: number
  readonly at: number
}

/** 62 bytes or so as JSON. */
export const recordOf = (id: number): ClusterRecord => ({
  id,
  key: `k${id % 997}`,
  amount: (id % 89) * 1.5,
  at: 1_700_000_000_000 + id,
})

/** Milliseconds from one commit to the next, on both sides. */
export const COMMIT_INTERVAL = 50
