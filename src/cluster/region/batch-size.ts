/** Records in one content of a message at most, and those in the first of a channel, whose size nobody knows. */
const MOST_RECORDS = 1000
const FIRST_RECORDS = 32

/** Bytes of one content, as far as records of a channel are alike. */
const CONTENT = 128 << 10

/** How many records of a channel are written together: many small ones, few large ones. */
export class BatchSize {
  records: number = FIRST_RECORDS

  /** So many records have come to so many bytes. */
  note(records: number, bytes: number): void {
    if (records === 0) return
    const fitting = Math.floor((CONTENT * records) / Math.max(1, bytes))
    this.records = Math.max(1, Math.min(MOST_RECORDS, fitting, this.records * 8))
  }
}
