import type { EdgeReader, JobLog, RegionClaim } from '../../cluster/engine/job-log.ts'
import type { JetStream } from '../jetstream.ts'
import type { JobNames } from '../names.ts'
import { controlOf } from './control-record.ts'
import { NatsEdgeReader } from './nats-edge-reader.ts'
import { claimRegion } from './nats-region-claim.ts'
import { parseReference } from './staging.ts'

/** One stream, which has all of a job. */
export class NatsJobLog implements JobLog {
  readonly #js: JetStream
  readonly #names: JobNames

  constructor(js: JetStream, names: JobNames) {
    this.#js = js
    this.#names = names
  }

  claim(region: string, owner: string): Promise<RegionClaim> {
    return claimRegion(this.#js, this.#names, region, owner)
  }

  async committed(region: string): Promise<Uint8Array | null> {
    const last = await this.#js.last(this.#names.stream, this.#names.control(region))
    return last === null ? null : controlOf(last).record
  }

  read(end: string, after: number): EdgeReader {
    return new NatsEdgeReader(this.#js, this.#names, end, after)
  }

  async backlog(): Promise<ReadonlyMap<string, number>> {
    const counts = new Map<string, number>()
    for (const [subject, count] of await this.#js.subjects(this.#names.stream, this.#names.allEnds)) {
      const end = this.#names.endOf(subject)
      counts.set(end, (counts.get(end) ?? 0) + count)
    }
    return counts
  }

  async trim(end: string, upTo: number): Promise<void> {
    const { stream } = this.#names
    // What large messages refer to goes first: as long as one is there, its pieces can be found.
    for (let seq = 1; ; seq++) {
      const reference = await this.#js.first(stream, this.#names.reference(end), seq)
      if (reference === null || reference.seq > upTo) break
      const { region, mark } = parseReference(Buffer.from(reference.bytes).toString())
      await this.#js.purge(stream, `${this.#names.pieces(region, mark)}.*`)
      seq = reference.seq
    }
    await this.#js.purge(stream, this.#names.end(end), upTo)
  }
}
