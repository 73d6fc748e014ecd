import type { MsgHdrs } from '@nats-io/transport-node'
import type { JetStream, PubAck } from '../jetstream.ts'

/** What NATS takes in one batch. */
export const MOST_MESSAGES = 1_000

/**
 * Messages that a stream gets all or none of. Nothing is waited for but the answer to the last, which is an error if one
 * before it did not arrive. A batch that is not ended is forgotten by the server after ten seconds.
 */
export class Batch {
  readonly #js: JetStream
  readonly #id: string
  #size = 0

  constructor(js: JetStream) {
    this.#js = js
    this.#id = js.link.unique()
  }

  add(subject: string, bytes: Uint8Array, headers: MsgHdrs = this.#js.link.headers()): void {
    this.#js.link.publish(subject, bytes, this.#numbered(headers))
  }

  /** @returns where the last message is. */
  async end(subject: string, bytes: Uint8Array, headers: MsgHdrs): Promise<PubAck> {
    // Cheaper, and the same.
    if (this.#size === 0) return await this.#js.publish(subject, bytes, headers)
    const last = this.#numbered(headers)
    last.set('Nats-Batch-Commit', '1')
    return await this.#js.publish(subject, bytes, last)
  }

  #numbered(headers: MsgHdrs): MsgHdrs {
    headers.set('Nats-Batch-Id', this.#id)
    headers.set('Nats-Batch-Sequence', String(++this.#size))
    return headers
  }
}
