import type { EdgeMessage, EdgeReader } from '../../cluster/engine/job-log.ts'
import { EngineError } from '../../errors/cluster-errors.ts'
import type { JetStream } from '../jetstream.ts'
import { MessageReader } from '../message-reader.ts'
import type { JobNames } from '../names.ts'
import { readPieces } from '../pieces.ts'
import type { Delivery } from './edge-consumer.ts'
import { parseReference } from './staging.ts'

/** Reads an edge end, and of its large messages what they refer to. */
export class NatsEdgeReader implements EdgeReader {
  readonly #js: JetStream
  readonly #names: JobNames
  readonly #end: string
  readonly #inline: string
  readonly #reader: MessageReader

  constructor(js: JetStream, names: JobNames, end: string, after: number) {
    this.#js = js
    this.#names = names
    this.#end = end
    this.#inline = names.inline(end)
    this.#reader = new MessageReader(js, { stream: names.stream, filters: [names.end(end)], after })
  }

  /** What waits up to the first large one; that one alone. */
  async next(): Promise<readonly EdgeMessage[]> {
    const reader = this.#reader
    await reader.arrived()
    // It may be closed between what arrives and who waits for it.
    reader.throwIfOver()
    const { waiting } = reader
    let count = 0
    while (count < waiting.length && waiting[count]!.message.subject === this.#inline) count++
    if (count > 0)
      return reader.take(count).map(({ seq, message: { data } }) => ({ number: seq, bytes: data }))
    const delivery = waiting[0]!
    const bytes = await this.#large(delivery)
    // It is taken only now: whoever closes the reader meanwhile gets nothing.
    reader.throwIfOver()
    reader.take(1)
    return [{ number: delivery.seq, bytes }]
  }

  close(reason: unknown): Promise<void> {
    return this.#reader.close(reason)
  }

  async #large({ seq, message }: Delivery): Promise<Uint8Array> {
    const { region, mark, pieces } = parseReference(message.string())
    const base = this.#names.pieces(region, mark)
    const bytes = await readPieces(this.#js, this.#names.stream, (i) => `${base}.${i}`, pieces)
    if (bytes !== null) return bytes
    throw new EngineError(`Message ${seq} of edge end ${this.#end} has lost its content.`)
  }
}
