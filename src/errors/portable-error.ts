/** An error on its way between processes or threads, as plain data: enough to make one of the same class again. */
export interface PortableError {
  /** Of the class: `TypeError`, `ServiceTimeoutError`, ... */
  readonly name: string
  /** The classes it is of, from its own up to the one below Error. */
  readonly lineage: readonly string[]
  readonly message: string
  /** Of a MillraceError, or of the system. */
  readonly code?: string | undefined
  readonly remedy?: string | undefined
  readonly operator?: string | undefined
  /** In the user's own source. */
  readonly site?: { readonly file: string; readonly line: number; readonly column: number } | undefined
  readonly record?: string | undefined
  readonly stack?: string | undefined
  /** Its own further fields, where they are plain values. */
  readonly fields?: Readonly<Record<string, string | number | boolean | null>> | undefined
  /** Whether it was no Error that was thrown: `message` is the text itself, or an excerpt of what was. */
  readonly thrown?: boolean | undefined
  /** At most eight deep. */
  readonly cause?: PortableError | undefined
}
