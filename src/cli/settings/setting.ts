/** What a command goes by, and who says so. */
export interface Setting<T> {
  readonly value: T
  /** For people: `--port`, `MILLRACE_PORT`, the path of a file, `default`. */
  readonly origin: string
}
