/**
 * What one job keeps: what its regions send each other, and what each has committed.
 *
 * Regions are known by name, and so are the ends of edges (`e3.1`: letters, digits and dots). An edge end has many
 * writers and one reader; it is a queue of messages with growing numbers, which stay until they are trimmed.
 */
export interface JobLog {
  /**
   * Takes a region over: when it resolves, nobody who had it before can commit any more.
   * @param owner who takes it, for those who look
   * @throws RegionFencedError when somebody else was faster.
   */
  claim(region: string, owner: string): Promise<RegionClaim>
  /** What a region has committed last, by whomever; null: nothing. */
  committed(region: string): Promise<Uint8Array | null>
  /** Reads an edge end, beginning behind message `after`; 0: from its first. */
  read(end: string, after: number): EdgeReader
  /** Messages of each edge end that are not trimmed; ends that have none are left out. */
  backlog(): Promise<ReadonlyMap<string, number>>
  /** Lets go of messages up to this one, and of all that they refer to. */
  trim(end: string, upTo: number): Promise<void>
}

export interface EdgeMessage {
  readonly number: number
  readonly bytes: Uint8Array
}

/** Reads ahead a bounded number of bytes, and no message twice or never. */
export interface EdgeReader {
  /** The next ones, in order, at least one. Rejects once it is closed, with the error it was closed with. */
  next(): Promise<readonly EdgeMessage[]>
  close(reason: unknown): Promise<void>
}

/** A message for an edge end. Of any size: what is too large for the engine travels beside it. */
export interface Output {
  readonly end: string
  readonly bytes: Uint8Array
}

/** One that is written beside the log already, and seen by nobody before it is in a commit. */
export interface StagedOutput {
  readonly end: string
  readonly staged: string
}

export interface RegionCommit {
  /** At most `MOST_OUTPUTS`, in the order in which they are to be read. */
  readonly outputs: readonly (Output | StagedOutput)[]
  /** What `committed` says from now on: at most 256 KiB. */
  readonly record: Uint8Array
  /** State, by names that have not been used before for this region, also by those who had it before. Of any size. */
  readonly blobs: readonly Blob[]
  /** Names of blobs that nobody needs once this is committed. */
  readonly obsolete: readonly string[]
}

export interface Blob {
  readonly name: string
  readonly bytes: Uint8Array
}

/** What one commit sends at most. */
export const MOST_OUTPUTS = 900

/** A region that is one's own until somebody else claims it. */
export interface RegionClaim {
  /** What was committed last; null: nothing. */
  readonly record: Uint8Array | null
  /** How often the region has been claimed, from 1. */
  readonly epoch: number
  /**
   * All of it or nothing, and durable when it resolves; one at a time. When it is not known what became of it, it finds
   * out before it settles.
   * @throws RegionFencedError: somebody else has the region; EngineUnavailableError.
   */
  commit(commit: RegionCommit): Promise<void>
  /** Writes an output that is to be in a later commit, so that it need not be kept in memory until then. */
  stage(output: Output): Promise<StagedOutput>
  /** The same of a blob: its name stands for it in the record of a later commit, and need not be told again. */
  stageBlob(blob: Blob): Promise<void>
  /** A blob that was committed. @throws EngineError when it is not there, or damaged. */
  blob(name: string): Promise<Uint8Array>
}
