/** The bytes of one file from some position on, in order. */
export interface ByteStream {
  /** The next bytes, good until the next call; undefined at the end. Only one call at a time. */
  read(): Promise<Buffer | undefined>
  /** Bytes of the file itself that were read so far: compressed ones in a compressed file. */
  readonly bytesRead: number
  /** Lets the file go, also while a `read` is pending. Never rejects. */
  close(): Promise<void>
}
