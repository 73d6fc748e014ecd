import type { SseFeed } from './sse-feed.ts'

/** A feed of something that is fetched only while somebody follows it. */
export class FollowedFeed implements SseFeed {
  readonly #feed: SseFeed
  readonly #follow: () => () => void
  #stop: () => void = () => {}

  /** @param follow begins to fetch; @returns how to stop it */
  constructor(feed: SseFeed, follow: () => () => void) {
    this.#feed = feed
    this.#follow = follow
  }

  get waiting(): number {
    return this.#feed.waiting
  }

  open(wake: () => void): void {
    this.#feed.open(wake)
    this.#stop = this.#follow()
  }

  take(): string | null {
    return this.#feed.take()
  }

  close(): void {
    this.#stop()
    this.#feed.close()
  }
}
