/** Where records of a job that runs can be looked at. */
export interface TapPoint {
  /** `n1~n2`: an edge. `n0`: what a source gives. */
  readonly id: string
  readonly from: string
  /** Null: what the source `from` gives, wherever it goes. */
  readonly to: string | null
}

/** A record as it went by, in text. */
export interface TappedRecord {
  /** One line of at most 300 characters. */
  readonly text: string
  /** Of at most 100 characters; null: it has none. */
  readonly key: string | null
  /** Milliseconds since the epoch, as the pipeline has it; null: it has none. */
  readonly eventTime: number | null
  /** When it went by: ISO 8601. */
  readonly at: string
}

/** Some of the records that went by. */
export interface TapBatch {
  /** Oldest first, at most 20 a second. */
  readonly records: readonly TappedRecord[]
  /** Records that went by since somebody began to look, shown or not. */
  readonly passed: number
}
