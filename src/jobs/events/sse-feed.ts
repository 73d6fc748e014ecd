/**
 * What a stream sends to one client. The stream calls `open` once, then `take` each time the client can take more, and
 * `close` once, whatever happened. A feed holds next to nothing: it reads on in what is kept from where its client is.
 */
export interface SseFeed {
  /** `wake` is called when there may be something to take, never from inside `take`. */
  open(wake: () => void): void
  /** The next frames, at most some 100; '' when there are none now, null when there will be none any more. */
  take(): string | null
  /** How much there is that was not taken. */
  readonly waiting: number
  close(): void
}
