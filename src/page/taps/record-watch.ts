import { batch, type Signal, signal } from '@preact/signals'
import type { TapBatch, TappedRecord } from '../../runtime/taps/tap-point.ts'
import { browserClock } from '../browser-clock.ts'
import { ApiError, messageOf } from '../link/api-error.ts'
import { readEvents } from '../link/read-events.ts'
import type { Session } from '../link/session.ts'

/** Records that are shown at most: the newest. */
export const MOST_RECORDS = 50
/** Milliseconds until a stream that broke is opened again. */
const PAUSE = 2000

export interface ShownRecord extends TappedRecord {
  readonly id: number
}

/** `paused` and `over`: the job's process shows nothing, as nobody looks. */
export type WatchState = 'connecting' | 'watching' | 'paused' | 'over'

/** Records at one point of a job, looked at until it is paused or closed. */
export class RecordWatch {
  /** Newest first. */
  readonly records: Signal<readonly ShownRecord[]> = signal([])
  /** Records that went by since it began or went on, shown or not. */
  readonly passed: Signal<number> = signal(0)
  readonly state: Signal<WatchState> = signal<WatchState>('paused')
  readonly trouble: Signal<string | null> = signal(null)
  readonly #session: Session
  readonly #path: string
  #stream: AbortController | null = null
  #count = 0

  /** @param path of the job */
  constructor(session: Session, path: string, point: string) {
    this.#session = session
    this.#path = `${path}/taps/${encodeURIComponent(point)}/stream`
  }

  resume(): void {
    if (this.#stream !== null) return
    this.#stream = new AbortController()
    this.state.value = 'connecting'
    this.passed.value = 0
    void this.#follow(this.#stream.signal)
  }

  pause(): void {
    this.#stream?.abort()
    this.#stream = null
    if (this.state.value !== 'over') this.state.value = 'paused'
  }

  async #follow(closed: AbortSignal): Promise<void> {
    while (!closed.aborted) {
      try {
        await this.#read(closed)
      } catch (error) {
        if (closed.aborted) return
        if (error instanceof ApiError && error.status === 409) return this.#end(null)
        this.trouble.value = messageOf(error)
        if (error instanceof ApiError && error.status !== 0 && error.status < 429) return this.#end(error)
      }
      if (closed.aborted) return
      this.state.value = 'connecting'
      await new Promise<void>((resolve) => browserClock.after(PAUSE, resolve))
    }
  }

  /** It is refused, or the job runs no more. */
  #end(refusal: ApiError | null): void {
    this.#stream = null
    this.trouble.value = refusal === null ? null : messageOf(refusal)
    this.state.value = refusal === null ? 'over' : 'paused'
  }

  async #read(closed: AbortSignal): Promise<void> {
    const response = await this.#session.api.open('GET', this.#path, { signal: closed })
    batch(() => {
      this.state.value = 'watching'
      this.trouble.value = null
    })
    await readEvents(response, ({ event, data }) => {
      if (event === 'records' && !closed.aborted) this.#add(JSON.parse(data) as TapBatch)
    })
  }

  #add({ records, passed }: TapBatch): void {
    const fresh = records.map((record) => ({ ...record, id: ++this.#count })).reverse()
    batch(() => {
      this.records.value = [...fresh, ...this.records.value].slice(0, MOST_RECORDS)
      this.passed.value = passed
    })
  }
}
