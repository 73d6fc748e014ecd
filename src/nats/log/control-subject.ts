import { type JetStream, type PubAck, Refusal, type Stored } from '../jetstream.ts'
import { isPassing } from '../link.ts'
import { type Control, controlOf, setHeaders } from './control-record.ts'
import { Batch } from './batch.ts'

/** A batch was cut in two by a new connection, or too many were under way, which ends after ten seconds. */
const BATCH_INCOMPLETE = 10_176
const MOST_INCOMPLETE = 40
/** Refusals before it is said to be impossible. */
const MOST_REFUSALS = 3

/** What became of a control message that was to be written. */
export type Outcome =
  | { readonly written: true; readonly seq: number }
  /** Somebody else's is there. */
  | { readonly written: false; readonly last: Stored | null }

/** The subject of a region's control messages: written by compare-and-set, which is the fence. */
export class ControlSubject {
  readonly #js: JetStream
  readonly #stream: string
  readonly #subject: string

  constructor(js: JetStream, stream: string, subject: string) {
    this.#js = js
    this.#stream = stream
    this.#subject = subject
  }

  /** @param patience milliseconds; Infinity: until the link is closed */
  last(patience?: number): Promise<Stored | null> {
    return this.#js.last(this.#stream, this.#subject, patience)
  }

  /**
   * Writes a control message if the last is the one at `seq` (0: there is none), together with what `fill` puts into the
   * batch before it. Settles only when it is known what became of it.
   * @throws EngineError: it is refused, and not there. LinkError: the link was closed, and nobody knows.
   */
  async write(seq: number, control: Control, fill: (batch: Batch) => void): Promise<Outcome> {
    const { link } = this.#js
    for (let failures = 0, refusals = 0; ; failures++) {
      try {
        return { written: true, seq: (await this.#try(seq, control, fill)).seq }
      } catch (error) {
        const refused = error instanceof Refusal
        if (!refused && !isPassing(error)) throw error
        const last = await this.last(Infinity)
        // An attempt whose answer was lost, this one or one before: only one of them can have been taken.
        if (last !== null && controlOf(last).id === control.id) return { written: true, seq: last.seq }
        if ((last?.seq ?? 0) !== seq) return { written: false, last }
        const most = refused && error.errCode === BATCH_INCOMPLETE ? MOST_INCOMPLETE : MOST_REFUSALS
        if (refused && !error.passing && ++refusals >= most) throw error
      }
      await link.pause(failures)
    }
  }

  async #try(seq: number, control: Control, fill: (batch: Batch) => void): Promise<PubAck> {
    const headers = this.#js.link.headers()
    headers.set('Nats-Expected-Last-Subject-Sequence', String(seq))
    headers.set('Nats-Rollup', 'sub')
    setHeaders(headers, control)
    const batch = new Batch(this.#js)
    fill(batch)
    return await batch.end(this.#subject, control.record ?? new Uint8Array(0), headers)
  }
}
