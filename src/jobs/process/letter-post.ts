import { inspect, types } from 'node:util'
import { toWireError } from '../../protocol/wire-error-codec.ts'
import type { GivenUp, Replay } from '../../runtime/dead-letters/given-up.ts'
import type { LettersListener, LettersOrigin } from '../../runtime/dead-letters/job-letters.ts'
import { cutText, recordText } from '../../runtime/taps/record-text.ts'
import { v8Serializer } from '../../storage/serializer.ts'
import type { Cancel, Clock } from '../../time/clock.ts'
import { type Redact, redactAll } from '../../util/redact.ts'
import { LARGEST_RECORD, type LetterParcel, type LetterReport } from '../dead-letters/letter-report.ts'
import type { Report } from './messages.ts'

/** Letters that wait to be told, and their bytes: of more it is told how many there were. */
const MOST_WAITING = 4_000
const MOST_WAITING_BYTES = 8 * 1_048_576
/** Letters to a message. */
const IN_A_MESSAGE = 250
/** Milliseconds between two times that they are told. */
const PERIOD = 250
/** Reports on their way beside which letters are told, when they need not be told yet. */
const MOST_SENDING = 4

const LINE = 300
const KEY = 100
const WHOLE = 16_384
const STACK = 4_096
const MESSAGE = 1_000

export interface LetterPostOptions {
  readonly clock: Pick<Clock, 'setTimeout'>
  /** Sends a report as it is. */
  readonly tell: (report: Report) => void
  /** Reports on their way. */
  readonly sending: () => number
  readonly redact: Redact
}

/**
 * Tells the server of dead letters that nobody in the program reads, and of what becomes of those that are replayed. It holds
 * the job up for nothing: where there are too many, they are counted.
 */
export class LetterPost implements LettersListener {
  readonly #options: LetterPostOptions
  #letters: LetterReport[] = []
  #bytes = 0
  #notKept = 0
  #entered: number[] = []
  #settled: number[] = []
  #refused: number[] = []
  #cancel: Cancel | null = null

  constructor(options: LetterPostOptions) {
    this.#options = options
  }

  readonly givenUp = (letter: GivenUp): void => {
    this.#schedule()
    if (this.#letters.length >= MOST_WAITING || this.#bytes >= MOST_WAITING_BYTES) {
      this.#notKept++
      return
    }
    const report = reportOf(letter, this.#options.redact)
    this.#letters.push(report)
    this.#bytes += (report.parcel?.length ?? 0) + report.record.length
  }

  readonly entered = (letters: readonly number[]): void => {
    this.#schedule()
    this.#entered.push(...letters)
  }

  readonly settled = (letters: readonly number[]): void => {
    this.#schedule()
    for (const letter of letters) this.#settled.push(letter)
  }

  readonly refused = (letters: readonly number[]): void => {
    this.#schedule()
    for (const letter of letters) this.#refused.push(letter)
  }

  readonly begun = ({ checkpoint, settled }: LettersOrigin): void => {
    this.flush()
    this.#options.tell({ type: 'letters-begun', checkpoint, settled })
  }

  /** Tells all there is, at once. */
  flush(): void {
    this.#cancel?.()
    this.#cancel = null
    const { tell } = this.#options
    const [letters, notKept] = [this.#letters, this.#notKept]
    this.#letters = []
    this.#bytes = this.#notKept = 0
    for (let i = 0; i < letters.length; i += IN_A_MESSAGE)
      tell({ type: 'letters', letters: letters.slice(i, i + IN_A_MESSAGE), notKept: 0 })
    if (notKept > 0) tell({ type: 'letters', letters: [], notKept })
    const [entered, settled, refused] = [this.#entered, this.#settled, this.#refused]
    if (entered.length + settled.length + refused.length === 0) return
    this.#entered = []
    this.#settled = []
    this.#refused = []
    tell({ type: 'replays', entered, settled, refused })
  }

  #schedule(): void {
    this.#cancel ??= this.#options.clock.setTimeout(() => {
      this.#cancel = null
      // A server that is slow is told later; what comes meanwhile is bounded.
      if (this.#options.sending() > MOST_SENDING) this.#schedule()
      else this.flush()
    }, PERIOD)
  }
}

/** What is put back, from what the server has kept. Undefined where it cannot be read any more. */
export function replayOf({ parcel, replays, eventTime, ...place }: LetterParcel): Replay | undefined {
  try {
    const [record, key] = v8Serializer.deserialize(Buffer.from(parcel, 'base64')) as [unknown, unknown]
    return { ...place, record, key, eventTime: eventTime ?? NaN, times: replays + 1 }
  } catch {
    return undefined
  }
}

function reportOf(letter: GivenUp, redact: Redact): LetterReport {
  const { operator, nodeId, subtask, input, eventTime, after, at, attempts, replay, record, key } = letter
  const { name, code, message, stack, cause } = toWireError(letter.error)
  const told = redactAll(redact, {
    text: recordText(record, LINE),
    record: wholeText(record),
    key: key === undefined ? null : recordText(key, KEY),
    error: {
      name: cutText(name, KEY),
      code: code === undefined ? null : cutText(code, KEY),
      message: cutText(message, MESSAGE),
    },
    stack: stack === undefined ? null : cutText(stack, STACK),
    cause: cause === undefined ? null : cutText(`${cause.name}: ${cause.message}`, MESSAGE),
  })
  return {
    ...{ operator: cutText(operator, KEY), nodeId, subtask, input, after, at, attempts },
    eventTime: Number.isFinite(eventTime) ? eventTime : null,
    replays: replay?.times ?? 0,
    replayOf: replay?.letter ?? null,
    ...told,
    text: cutText(told.text, LINE),
    ...(letter.final === null ? parcelOf(record, key) : { parcel: null, obstacle: letter.final }),
  }
}

/** Written down as it is now: whoever has it may change it. */
function parcelOf(record: unknown, key: unknown): Pick<LetterReport, 'parcel' | 'obstacle'> {
  try {
    const bytes = v8Serializer.serialize([record, key])
    if (bytes.length > LARGEST_RECORD) return { parcel: null, obstacle: 'too-large' }
    return { parcel: Buffer.from(bytes).toString('base64'), obstacle: null }
  } catch {
    return { parcel: null, obstacle: 'not-plain-data' }
  }
}

/** As people read it. Nothing of the record's own is run for it. */
function wholeText(record: unknown): string {
  if (typeof record === 'string') return cutText(record, WHOLE)
  try {
    if (types.isProxy(record)) return '<a proxy>'
    const shown = { depth: 6, maxArrayLength: 200, maxStringLength: WHOLE, customInspect: false }
    return cutText(inspect(record, shown), WHOLE)
  } catch {
    return '<a record that cannot be shown>'
  }
}
