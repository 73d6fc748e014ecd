export interface EngineRecord {
  readonly key: string
  readonly value: Uint8Array
  /** Of the last write; grows with each. */
  readonly revision: number
}

/**
 * Small values that all processes of a cluster share, under keys of words with dots between them (`job.7f3c.state`).
 * What is read is what was written last: reads are never stale.
 */
export interface Records {
  get(key: string): Promise<EngineRecord | null>
  /** All whose key begins with these words: `list('job')` has `job.1` and not `jobs.1`. In order of keys. */
  list(prefix: string): Promise<readonly EngineRecord[]>
  /**
   * Writes if the record is as it was at that revision; 0: if there is none.
   * @returns the new revision; null: somebody else was first.
   */
  put(key: string, value: Uint8Array, revision: number): Promise<number | null>
  /** Twice is as good as once. */
  delete(key: string): Promise<void>
}
