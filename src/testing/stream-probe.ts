import type { AnyServices } from '../functions/any-services.ts'
import type { OperatorContext } from '../functions/context.ts'
import type { Processor } from '../functions/user-functions.ts'
import { watermarkListener } from '../runtime/operators/watermark-listener.ts'
import type { RecordStream } from '../stream/record-stream.ts'
import { BARRIER, CRASH, isMark, WATERMARK } from './marks.ts'
import type { Marble } from './parse-marbles.ts'
import type { VirtualClock } from './virtual-clock.ts'

/** Hangs on a stream, and writes down what comes and when. */
export class StreamProbe {
  readonly name: string
  readonly #marbles: Marble<unknown>[] = []
  readonly #clock: VirtualClock
  /** The frame in which the job was torn down before it was over. */
  #abortedAt: number | undefined

  /** @param read what is written down of a record. */
  constructor(
    stream: RecordStream<unknown, AnyServices, unknown>,
    clock: VirtualClock,
    read: (record: unknown) => unknown = (record) => record,
  ) {
    this.#clock = clock
    this.name = stream.recording.builder.node(stream.id).name
    const probe: Processor<unknown, never, AnyServices, unknown> & Listening = {
      open: ({ signal }: OperatorContext) => {
        // It was open before: the job has been restarted.
        if (this.#abortedAt !== undefined) this.#note(CRASH, this.#abortedAt)
        this.#abortedAt = undefined
        signal.addEventListener('abort', () => (this.#abortedAt ??= clock.frame), { once: true })
      },
      process: (record) => this.#note(read(record)),
      [watermarkListener]: (time) => this.#note(WATERMARK(time)),
      snapshot: () => {
        if (!this.ended) this.#note(BARRIER)
      },
      end: () => void this.#marbles.push({ frame: clock.frame, kind: 'complete' }),
    }
    const name = `expectStream(${this.name})`
    stream
      .process<never>(probe, { name, parallelism: 1 })
      .sink(() => {}, { name: `${name} end`, parallelism: 1 })
  }

  get ended(): boolean {
    const records = this.#marbles.filter((marble) => marble.kind !== 'next' || !isMark(marble.value))
    return records.at(-1)?.kind === 'complete'
  }

  /** What came. A stream that had not ended when the job failed ends in that error. */
  marbles(failure: { readonly error: unknown } | null): readonly Marble<unknown>[] {
    if (failure === null || this.ended) return this.#marbles
    const frame = this.#abortedAt ?? this.#clock.frame
    return [...this.#marbles, { frame, kind: 'error', error: failure.error }]
  }

  #note(value: unknown, frame = this.#clock.frame): void {
    this.#marbles.push({ frame, kind: 'next', value })
  }
}

interface Listening {
  [watermarkListener](time: number): void
}
