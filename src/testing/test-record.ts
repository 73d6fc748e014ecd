import { Subscription } from 'rxjs'
import { Expectations } from './expectations.ts'
import type { SubscriptionFrames } from './parse-marbles.ts'
import type { StreamProbe } from './stream-probe.ts'

/** A source drawn as a diagram, and who listened to it. */
export interface RecordedInput {
  readonly marbles: string
  readonly subscriptions: readonly SubscriptionFrames[]
}

/** What a marble test has set up while it was defined: the harness runs it and looks at it. */
export class TestRecord {
  readonly expectations: Expectations = new Expectations()
  readonly probes: StreamProbe[] = []
  readonly inputs: RecordedInput[] = []
  /** What the test itself has scheduled: hot diagrams and `at`. */
  readonly script: Subscription = new Subscription()
  /** Frames `at` still waits for. */
  readonly waiting: Set<number> = new Set()
  /** The first error of what `at` ran. */
  broken: { readonly error: unknown } | null = null
}
