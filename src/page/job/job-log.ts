import { type Signal, signal } from '@preact/signals'
import type { LogLine } from '../../protocol/job-info.ts'
import { browserClock } from '../browser-clock.ts'
import { ApiError, messageOf } from '../link/api-error.ts'
import { readEvents } from '../link/read-events.ts'
import type { Session } from '../link/session.ts'

/** Lines that are shown at most: the newest. */
export const MOST_LINES = 2000
/** Lines of one request. */
const LINES = 1000
/** Milliseconds until a stream that broke is opened again. */
const PAUSE = 2000

interface LogPage {
  readonly lines: readonly LogLine[]
  readonly first: number
  readonly last: number
}

/** The log of a job, followed until it is closed. */
export class JobLog {
  readonly lines: Signal<readonly LogLine[]> = signal([])
  /** Whether nothing has been left out of it here. */
  readonly isWhole: Signal<boolean> = signal(true)
  readonly trouble: Signal<string | null> = signal(null)
  readonly #session: Session
  readonly #path: string
  readonly #closed = new AbortController()

  constructor(session: Session, path: string) {
    this.#session = session
    this.#path = path
    void this.#follow()
  }

  close(): void {
    this.#closed.abort()
  }

  /** Saves all that is kept of it as a file. */
  async download(name: string): Promise<void> {
    const parts: string[] = []
    try {
      for (let after = 0; ;) {
        const page = await this.#page({ after, limit: LINES })
        for (const { at, stream, text } of page.lines) parts.push(`${at} ${stream} ${text}\n`)
        const last = page.lines.at(-1)
        if (last === undefined || last.seq >= page.last) break
        after = last.seq
      }
    } catch (error) {
      this.trouble.value = messageOf(error)
      return
    }
    const url = URL.createObjectURL(new Blob(parts, { type: 'text/plain' }))
    const link = document.createElement('a')
    link.href = url
    link.download = `${name.replace(/[^\w.-]+/g, '-')}.log`
    link.click()
    URL.revokeObjectURL(url)
  }

  async #follow(): Promise<void> {
    const { signal } = this.#closed
    while (!signal.aborted) {
      try {
        if (this.lines.value.length === 0)
          this.#add((await this.#page({ last: MOST_LINES / 2, limit: LINES })).lines)
        await this.#stream(signal)
      } catch (error) {
        if (signal.aborted) return
        if (error instanceof ApiError && error.status !== 0) {
          this.trouble.value = messageOf(error)
          if (error.status === 404 || error.status === 401) return
        }
      }
      await new Promise<void>((resolve) => browserClock.after(PAUSE, resolve))
    }
  }

  async #stream(signal: AbortSignal): Promise<void> {
    const after = this.lines.value.at(-1)?.seq ?? 0
    const response = await this.#session.api.open('GET', `${this.#path}/logs/stream`, {
      signal,
      query: { after },
    })
    this.trouble.value = null
    let heard: LogLine[] = []
    await readEvents(
      response,
      ({ event, data }) => {
        if (event === 'log') heard.push(JSON.parse(data) as LogLine)
      },
      () => {
        this.#add(heard)
        heard = []
      },
    )
  }

  #page(query: Record<string, number>): Promise<LogPage> {
    return this.#session.api.get<LogPage>(`${this.#path}/logs`, { query, signal: this.#closed.signal })
  }

  #add(lines: readonly LogLine[]): void {
    const last = this.lines.value.at(-1)?.seq ?? 0
    const fresh = lines.filter(({ seq }) => seq > last)
    if (fresh.length === 0) return
    const all = [...this.lines.value, ...fresh]
    this.lines.value = all.slice(-MOST_LINES)
    this.isWhole.value = this.lines.value[0]!.seq === 1
  }
}
