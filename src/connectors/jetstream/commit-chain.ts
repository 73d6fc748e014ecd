import type { MsgHdrs } from '@nats-io/transport-node'
import { type JetStream, Refusal, type Stored } from '../../nats/jetstream.ts'
import { isPassing } from '../../nats/link.ts'
import { Batch, MOST_MESSAGES } from '../../nats/log/batch.ts'
import { JetStreamError } from './jetstream-error.ts'
import type { OutgoingMessage } from './outgoing-message.ts'

/** What a marker has, so that readers of the stream can tell it from a record. */
const MARKER = 'Millrace-Marker'
/** A batch of which a message did not arrive; too many batches under way. */
const PASSING: readonly number[] = [10_176, 10_210]
/** Bytes of one batch, unless one message has more. */
const BATCH_BYTES = 4 * 1024 * 1024
/** Milliseconds in which a batch has to go through, whatever happens to the connection. */
const PATIENCE = 30_000

/** How much of a chain is published. */
interface Marker {
  readonly commit: number
  /** Batches of it. */
  readonly batch: number
  /** Who has written it last. */
  readonly by: string
}

const none: Marker = { commit: 0, batch: 0, by: '' }

export function isMarker(headers: MsgHdrs | undefined): boolean {
  return headers?.has(MARKER) === true
}

/**
 * What one instance of a sink publishes, commit after commit. Each batch has, as its last message, a marker on a subject
 * that the chain has to itself: it says which batch this is, and the server takes it, and with it the batch, only behind
 * the marker that was read before. So a batch is stored once, whoever sends it and however often; and who has claimed a
 * chain is the only one to go on with it.
 */
export class CommitChain {
  readonly #js: JetStream
  readonly #stream: string
  readonly #subject: string
  readonly #by: string
  #marker: Marker = none
  /** The number of the marker in the stream; 0: there is none. */
  #seq = 0
  /** Another has claimed it since. */
  #isLost = false

  constructor(js: JetStream, stream: string, subject: string) {
    this.#js = js
    this.#stream = stream
    this.#subject = subject
    this.#by = js.link.unique()
  }

  /** Takes a chain over from an instance that may still be at it. From now on that one is refused. */
  async claim(): Promise<void> {
    for (;;) {
      this.#note(await this.#js.last(this.#stream, this.#subject))
      if (await this.#write([], { ...this.#marker, by: this.#by })) return
    }
  }

  /** Publishes what of a commit is not published. Commits have numbers that grow. */
  async publish(commit: number, messages: readonly OutgoingMessage[]): Promise<void> {
    for (const [index, batch] of inBatches(messages).entries()) {
      const next: Marker = { commit, batch: index + 1, by: this.#by }
      if (isReached(this.#marker, next)) continue
      if (!this.#isLost) {
        if (await this.#write(batch, next)) continue
        this.#isLost = true
        // Whoever has taken over has gone on with the same.
        if (isReached(this.#marker, next)) continue
      }
      throw new JetStreamError(`Somebody else writes to '${this.#subject}'.`, {
        remedy: 'Run a job once at a time: another run of it has gone on from a checkpoint of this one.',
      })
    }
  }

  /** @returns false where another marker is there than was expected; that one is noted. */
  async #write(messages: readonly OutgoingMessage[], marker: Marker): Promise<boolean> {
    const { link } = this.#js
    const before = this.#seq
    const end = link.clock.monotonic() + PATIENCE
    for (let failures = 0; ; failures++) {
      try {
        const { seq } = await this.#send(messages, marker)
        this.#marker = marker
        this.#seq = seq
        await this.#forget(seq)
        return true
      } catch (error) {
        if (!isUncertain(error)) throw error
        // It may be stored all the same.
        this.#note(await this.#js.last(this.#stream, this.#subject))
        if (this.#marker.by === this.#by && isReached(this.#marker, marker)) return true
        if (this.#seq !== before) return false
        if (link.clock.monotonic() > end) throw error
        await link.pause(failures)
      }
    }
  }

  #send(messages: readonly OutgoingMessage[], marker: Marker): Promise<{ readonly seq: number }> {
    const { link } = this.#js
    const batch = new Batch(this.#js)
    for (const {
      head: { subject, headers },
      data,
    } of messages)
      batch.add(subject, data, headersFrom(this.#js, headers))
    const last = link.headers()
    last.set(MARKER, '1')
    last.set('Nats-Expected-Last-Subject-Sequence', String(this.#seq))
    return batch.end(this.#subject, Buffer.from(JSON.stringify(marker)), last)
  }

  /** Of markers only the last is of use. Streams that do not let go of messages keep them. */
  async #forget(seq: number): Promise<void> {
    await this.#js.purge(this.#stream, this.#subject, seq - 1).catch(() => {})
  }

  #note(stored: Stored | null): void {
    this.#marker = stored === null ? none : (JSON.parse(Buffer.from(stored.bytes).toString()) as Marker)
    this.#seq = stored?.seq ?? 0
  }
}

export function headersFrom(
  { link }: JetStream,
  headers: Readonly<Record<string, string>> | undefined,
): MsgHdrs {
  const made = link.headers()
  if (headers !== undefined) for (const [name, value] of Object.entries(headers)) made.set(name, value)
  return made
}

function isReached(marker: Marker, wanted: Marker): boolean {
  return marker.commit === wanted.commit ? marker.batch >= wanted.batch : marker.commit > wanted.commit
}

/** It may be stored, or may be if it is sent again. */
function isUncertain(error: unknown): boolean {
  return isPassing(error) || (error instanceof Refusal && PASSING.includes(error.errCode))
}

/** The same cuts for the same messages. A marker goes with each. */
function inBatches(messages: readonly OutgoingMessage[]): readonly (readonly OutgoingMessage[])[] {
  const batches: OutgoingMessage[][] = []
  let bytes = Infinity
  for (const message of messages) {
    const last = batches.at(-1)
    if (
      last === undefined ||
      last.length === MOST_MESSAGES - 1 ||
      bytes + message.data.length > BATCH_BYTES
    ) {
      batches.push([message])
      bytes = message.data.length
    } else {
      last.push(message)
      bytes += message.data.length
    }
  }
  return batches
}
