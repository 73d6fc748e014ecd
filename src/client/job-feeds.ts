import { delay } from '../time/delay.ts'
import { type FeedNotice, followJobs } from './job-events.ts'
import type { Transport } from './transport.ts'

/** Jobs that are watched over a connection each; more share one that tells of every job. A server has few for an address. */
const OWN_CONNECTIONS = 1

export type FeedListener = (notice: FeedNotice) => void

interface Feed {
  /** Undefined: of all. */
  readonly job: string | undefined
  readonly listeners: Map<FeedListener, string>
  readonly control: AbortController
  isOpen: boolean
}

/** The event streams over which a client watches jobs: as few as will do. */
export class JobFeeds {
  readonly #transport: Transport
  readonly #own = new Set<Feed>()
  #shared: Feed | null = null

  constructor(transport: Transport) {
    this.#transport = transport
  }

  /** Tells of a job from when its stream is open. A stream that is refused is tried again for ever. @returns how to stop. */
  listen(job: string, listener: FeedListener): () => void {
    const feed = this.#feedFor(job)
    feed.listeners.set(listener, job)
    if (feed.isOpen) listener({ type: 'open' })
    return () => {
      feed.listeners.delete(listener)
      if (feed.listeners.size === 0) this.#end(feed)
    }
  }

  #feedFor(job: string): Feed {
    for (const feed of this.#own) if (feed.job === job) return feed
    if (this.#shared !== null) return this.#shared
    if (this.#own.size < OWN_CONNECTIONS) {
      const feed = this.#begin(job)
      this.#own.add(feed)
      return feed
    }
    return (this.#shared = this.#begin(undefined))
  }

  #begin(job: string | undefined): Feed {
    const feed: Feed = { job, listeners: new Map(), control: new AbortController(), isOpen: false }
    void this.#run(feed)
    return feed
  }

  #end(feed: Feed): void {
    feed.control.abort(new Error('nobody listens'))
    this.#own.delete(feed)
    if (this.#shared === feed) this.#shared = null
  }

  async #run(feed: Feed): Promise<void> {
    const { clock, wait } = this.#transport.settings
    const signals = [feed.control.signal, this.#transport.closed]
    // Who watches looks at the job itself, and knows from that when to give up.
    const options = { mayGoOn: (): boolean => true, polls: false }
    for (let failures = 1; signals.every(({ aborted }) => !aborted); failures++) {
      try {
        for await (const notice of followJobs(
          this.#transport,
          { job: feed.job },
          feed.control.signal,
          options,
        ))
          tell(feed, notice)
      } catch (error) {
        tell(feed, { type: 'lost', error })
      }
      await delay(clock, wait(failures), signals).catch(() => {})
    }
  }
}

function tell(feed: Feed, notice: FeedNotice): void {
  if (notice.type === 'open') feed.isOpen = true
  if (notice.type === 'lost') feed.isOpen = false
  const about = aboutJob(notice)
  for (const [listener, job] of [...feed.listeners])
    if (about === undefined || about === job) listener(notice)
}

/** Undefined: about all of them. */
function aboutJob(notice: FeedNotice): string | undefined {
  if (notice.type === 'progress') return notice.notice.job
  return notice.type === 'event' && notice.event.type !== 'gap' ? notice.event.job : undefined
}
