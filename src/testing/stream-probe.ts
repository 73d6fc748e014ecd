import type { AnyServices } from '../functions/any-services.ts'
import type { OperatorContext } from '../functions/context.ts'
import type { Processor } from '../functions/user-functions.ts'
import type { RecordStream } from '../stream/record-stream.ts'
import type { Marble } from './parse-marbles.ts'
import type { VirtualClock } from './virtual-clock.ts'

/** Hangs on a stream, and writes down what comes and when. */
export class StreamProbe {
  readonly name: string
  readonly #marbles: Marble<unknown>[] = []
  readonly #clock: VirtualClock
  /** The frame in which the job was torn down before the stream had ended. */
  #abortedAt: number | undefined

  /** @param read what is written down of a record. */
  constructor(
    stream: RecordStream<unknown, AnyServices, unknown>,
    clock: VirtualClock,
    read: (record: unknown) => unknown = (record) => record,
  ) {
    this.#clock = clock
    this.name = stream.recording.builder.node(stream.id).name
    const probe: Processor<unknown, never, AnyServices, unknown> = {
      open: ({ signal }: OperatorContext) => {
        signal.addEventListener('abort', () => (this.#abortedAt ??= clock.frame), { once: true })
      },
      process: (record) => void this.#marbles.push({ frame: clock.frame, kind: 'next', value: read(record) }),
      end: () => void this.#marbles.push({ frame: clock.frame, kind: 'complete' }),
    }
    const name = `expectStream(${this.name})`
    stream
      .process<never>(probe, { name, parallelism: 1 })
      .sink(() => {}, { name: `${name} end`, parallelism: 1 })
  }

  get ended(): boolean {
    return this.#marbles.at(-1)?.kind === 'complete'
  }

  /** What came. A stream that had not ended when the job failed ends in that error. */
  marbles(failure: { readonly error: unknown } | null): readonly Marble<unknown>[] {
    if (failure === null || this.ended) return this.#marbles
    const frame = this.#abortedAt ?? this.#clock.frame
    return [...this.#marbles, { frame, kind: 'error', error: failure.error }]
  }
}
