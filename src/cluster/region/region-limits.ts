/** How much a region holds at most, and how often it looks and tells. Tests have it hold less. */
export interface RegionLimits {
  /** Milliseconds from one commit to the next, while there is something to commit. */
  readonly commitInterval: number
  /** The same while readers are so far behind that producers wait: each commit lets a little more through. */
  readonly mostCommitInterval: number
  /** Bytes that wait for a commit: with more, one is made at once. */
  readonly urgentBytes: number
  /** Bytes that wait for a commit in memory: with more, the oldest are written beside the log. */
  readonly stagedBytes: number
  /** Bytes in memory on their way into the log: with more, producers wait, but for what one chunk of each adds. */
  readonly mostBytes: number
  /** Bytes of a message of an edge end, but for a content that has more by itself. */
  readonly message: number
  /** Bytes of a message that is written before its commit. */
  readonly stagedMessage: number
  /** Messages at an edge end for each region that writes there: with more, nothing is sent there. */
  readonly mostBacklog: number
  /** Milliseconds between two looks at how far readers are behind. */
  readonly lookInterval: number
}

export const regionLimits: RegionLimits = {
  commitInterval: 50,
  mostCommitInterval: 10_000,
  urgentBytes: 1 << 20,
  stagedBytes: 8 << 20,
  mostBytes: 16 << 20,
  message: 512 << 10,
  stagedMessage: 4 << 20,
  mostBacklog: 32,
  lookInterval: 100,
}
