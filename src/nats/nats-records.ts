import type { EngineRecord, Records } from '../cluster/engine/records.ts'
import { isPassing } from './link.ts'
import type { JetStream } from './jetstream.ts'
import type { Names } from './names.ts'

/** Reads of a list that are under way at once. */
const READS_AT_ONCE = 32

/** A key-value bucket, as other clients call it. */
export class NatsRecords implements Records {
  readonly #js: JetStream
  readonly #names: Names

  constructor(js: JetStream, names: Names) {
    this.#js = js
    this.#names = names
  }

  async get(key: string): Promise<EngineRecord | null> {
    const last = await this.#js.last(this.#names.recordStream, this.#names.record(key))
    // Other clients delete by writing that it is deleted.
    if (last === null || last.headers.has('KV-Operation')) return null
    return { key, value: last.bytes, revision: last.seq }
  }

  async list(prefix: string): Promise<readonly EngineRecord[]> {
    const stream = this.#names.recordStream
    const start = this.#names.recordPrefix.length
    const counts = await this.#js.subjects(stream, `${this.#names.record(prefix)}.>`)
    const keys = [prefix, ...[...counts.keys()].map((subject) => subject.slice(start)).sort()]
    const found: EngineRecord[] = []
    for (let i = 0; i < keys.length; i += READS_AT_ONCE) {
      const page = await Promise.all(keys.slice(i, i + READS_AT_ONCE).map((key) => this.get(key)))
      for (const record of page) if (record !== null) found.push(record)
    }
    return found
  }

  async put(key: string, value: Uint8Array, revision: number): Promise<number | null> {
    const { link } = this.#js
    const write = link.unique()
    const headers = link.headers()
    headers.set('Nats-Expected-Last-Subject-Sequence', String(revision))
    headers.set('Mr-Write', write)
    return await link.patiently(async () => {
      try {
        return (await this.#js.publish(this.#names.record(key), value, headers)).seq
      } catch (error) {
        if (!isPassing(error)) throw error
        // It may be there all the same: an attempt whose answer was lost, this one or one before.
        const last = await this.#js.last(this.#names.recordStream, this.#names.record(key))
        if (last?.headers.get('Mr-Write') === write) return last.seq
        if ((last?.seq ?? 0) !== revision) return null
        throw error
      }
    })
  }

  async delete(key: string): Promise<void> {
    await this.#js.purge(this.#names.recordStream, this.#names.record(key))
  }
}
