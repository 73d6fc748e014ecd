// Keyed state and timers: thieves try a card with a small charge, and take a large one within a minute. A timer ends
// the suspicion when the minute is over.
//
//   node --import tsx examples/fraud-timers.ts

import {
  boundedOutOfOrderness,
  type Collector,
  type KeyedProcessContext,
  LocalEnvironment,
  type Timer,
  valueState,
} from '../src/index.ts'

interface Charge {
  readonly card: string
  readonly cents: number
  /** Seconds since midnight. */
  readonly at: number
}

interface Alert {
  readonly card: string
  readonly text: string
}

const SMALL = 100
const LARGE = 50_000
const MINUTE = 60_000

/** One instance per subtask; `ctx.state` and `ctx.timers` are those of the card at work. */
class FraudDetector {
  readonly state = { suspect: valueState<{ cents: number; until: number }>() }

  process(charge: Charge, { state, timers }: Context, out: Collector<Alert>): void {
    const time = charge.at * 1000
    const suspect = state.suspect.get()
    if (suspect !== undefined) {
      // The watermark follows its records: the minute may be over, although its timer has not fired yet.
      if (time < suspect.until && charge.cents >= LARGE) {
        void out.emit({ card: charge.card, text: `${suspect.cents} cents, then ${charge.cents}` })
      }
      timers.deleteEventTime(suspect.until)
      state.suspect.clear()
    }
    if (charge.cents <= SMALL) {
      const until = time + MINUTE
      state.suspect.set({ cents: charge.cents, until })
      timers.atEventTime(until)
    }
  }

  /** Event time has come to the end of the minute, and there was no other charge. */
  onTimer({ key, time }: Timer<string>, { state }: Context, out: Collector<Alert>): void {
    state.suspect.clear()
    void out.side('cleared', `${key} is cleared at second ${time / 1000}`)
  }
}
type Context = KeyedProcessContext<FraudDetector['state'], string>

const charges: readonly Charge[] = [
  { card: 'ada', cents: 50, at: 0 },
  { card: 'ben', cents: 99, at: 5 },
  { card: 'cleo', cents: 80_000, at: 8 },
  { card: 'ada', cents: 70_000, at: 30 },
  // Too late: that minute was over at second 65.
  { card: 'ben', cents: 60_000, at: 66 },
  { card: 'cleo', cents: 20, at: 100 },
  // It comes behind a later one, as charges may by five seconds.
  { card: 'dan', cents: 10, at: 99 },
  { card: 'dan', cents: 90_000, at: 158 },
]

const env = new LocalEnvironment('fraud')

const alerts = env
  .fromBatch(charges)
  .assignTimestamps(({ at }) => at * 1000, boundedOutOfOrderness(5_000))
  .keyBy(({ card }) => card)
  .process(FraudDetector, { name: 'detector', uid: 'detector' })

alerts.sink(({ card, text }) => console.log(`ALERT ${card}: ${text}`))
alerts.sideOutput<string>('cleared').sink((text) => console.log(text))

await env.submit({ autostop: true })
