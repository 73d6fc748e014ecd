/** Where bytes of a checkpoint are. `checkpoint` may be an earlier one, whose bytes are still good; never a later one. */
export interface BlobRef {
  readonly checkpoint: number
  readonly offset: number
  readonly length: number
  /** CRC-32 of the bytes. */
  readonly crc: number
}

/** What one subtask of one operator saved. */
export interface SubtaskManifest {
  /** The subtask had ended, and has nothing more to do when the job goes on. */
  readonly finished: boolean
  /** State saved whole, by name. */
  readonly values: Readonly<Record<string, BlobRef>>
  /** Keyed state by name: segments, oldest first, of which later ones override. */
  readonly tables: Readonly<Record<string, readonly BlobRef[]>>
  /** The books at the barrier, column by column. */
  readonly book: Readonly<Record<string, number>>
}

export interface OperatorManifest {
  /** The operator's uid, else its node id. */
  readonly stateId: string
  /** Whether the user gave it. */
  readonly named: boolean
  readonly name: string
  readonly kind: string
  readonly parallelism: number
  readonly subtasks: readonly SubtaskManifest[]
}

/** What a checkpoint holds: JSON-serialisable data. */
export interface CheckpointManifest {
  readonly format: 1
  readonly job: string
  /** The run that took it: one `submit` and its restarts. */
  readonly run: string
  readonly id: number
  readonly kind: 'checkpoint' | 'savepoint'
  /** ISO 8601. */
  readonly takenAt: string
  readonly operators: readonly OperatorManifest[]
  /** Numbers of dead letters whose records are put back in what it holds; absent: none. */
  readonly replayed?: readonly number[]
}

export interface CheckpointSummary {
  readonly id: number
  readonly kind: 'checkpoint' | 'savepoint'
  /** ISO 8601. */
  readonly takenAt: string
  /** Bytes of the blobs this checkpoint added to the store. */
  readonly bytes: number
  /**
   * Names it to `CheckpointStore.open`, from any process that reaches the same store, for as long as it is not removed:
   * what a user writes down to resume from it.
   */
  readonly location: string
}

/** A checkpoint being written. Exactly one of `commit` and `abort` ends it. */
export interface CheckpointWriter {
  /**
   * Adds bytes, which nobody may change until it resolves; calls may overlap. Rejects when they cannot be written: the
   * checkpoint is then to be aborted.
   */
  put(bytes: Uint8Array): Promise<BlobRef>
  /**
   * Makes it durable, then visible, as a whole; puts on their way are waited for. When it rejects, nothing of it is
   * visible or left: that is so when a put was rejected, when the manifest is of another job, id or kind, and when it
   * refers to bytes that are not there.
   */
  commit(manifest: CheckpointManifest): Promise<CheckpointSummary>
  /** Leaves nothing behind. Never rejects; after the end it does nothing. */
  abort(): Promise<void>
}

/** A checkpoint being read. Until `close` it can be read to the end, even if it is removed meanwhile. */
export interface LoadedCheckpoint {
  readonly manifest: CheckpointManifest
  /**
   * The bytes, which are the caller's from then on.
   * @throws CheckpointCorruptError when the bytes are not those that were written.
   */
  read(ref: BlobRef): Promise<Uint8Array>
  close(): Promise<void>
}

/** One job's checkpoints, held by one run at a time. After `release` every other call rejects. */
export interface JobCheckpoints {
  /** Complete ones, newest first. Never rejects for a damaged one: it is listed, and `load` tells. */
  list(): Promise<readonly CheckpointSummary[]>
  /**
   * Opens one, having verified its manifest and every blob it refers to.
   * @throws CheckpointCorruptError when any of it is damaged; CheckpointNotFoundError when there is none of that id.
   */
  load(id: number): Promise<LoadedCheckpoint>
  /** Starts one. Ids grow: `id` is larger than any that is there or was begun. Several may be written at a time. */
  begin(id: number, kind: 'checkpoint' | 'savepoint'): Promise<CheckpointWriter>
  /**
   * Removes these, and the bytes that only they need: bytes that others refer to stay. What a checkpoint that is not
   * committed yet will refer to is the caller's to keep. An id that is not there is removed already.
   */
  remove(ids: readonly number[]): Promise<void>
  /** Lets another run have them, having aborted what is still being written. Twice is as good as once. */
  release(): Promise<void>
}

/**
 * Where checkpoints are kept. Implementations pass one contract suite: what is committed is there after a crash of the
 * process at any moment, as a whole or not at all, and is never taken for another job's.
 */
export interface CheckpointStore {
  /**
   * Claims the checkpoints of a job by name.
   * @throws CheckpointStoreError when another live run has them, or the place cannot be used.
   */
  claim(job: string): Promise<JobCheckpoints>
  /**
   * Opens the checkpoint or savepoint whose summary gave this location, as `load` does. It needs no claim and takes
   * none, so a job can begin from another's savepoint, live or not: `manifest.job` tells whose it is. References into
   * it are good in later checkpoints of that job only.
   * @throws CheckpointNotFoundError when there is none; CheckpointCorruptError when any of it is damaged.
   */
  open(location: string): Promise<LoadedCheckpoint>
}
