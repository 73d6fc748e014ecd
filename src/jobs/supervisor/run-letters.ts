import { reasonOf } from '../../errors/reason-of.ts'
import type { Logger } from '../../functions/logger.ts'
import type { DeadLetterStore } from '../dead-letters/dead-letter-store.ts'
import type { Order, Report } from '../process/messages.ts'

/** Records between the server and the job that are to be put back, and have not been. */
const MOST_IN_FLIGHT = 256

type Heard = Extract<Report, { type: 'letters' | 'replays' | 'letters-begun' }>

export interface RunLettersOptions {
  readonly job: string
  readonly store: DeadLetterStore
  readonly logger: Logger
  readonly send: (order: Order) => void
  /** There are more or fewer of them. */
  readonly changed: () => void
}

/** The dead letters of one run of a job: keeps what its process tells, and hands in what is to be replayed. */
export class RunLetters {
  readonly #options: RunLettersOptions
  /** Handed in, and not known to be settled. */
  readonly #handed = new Set<number>()
  /** Of these, those that are not put back yet. */
  readonly #inFlight = new Set<number>()
  /** The process has told where it begins: what it goes on from may have some as replayed. */
  #begun = false

  constructor(options: RunLettersOptions) {
    this.#options = options
  }

  /** Never throws: what cannot be written now is not waited for. */
  heard(report: Heard): void {
    const { job, logger, changed } = this.#options
    try {
      this.#keep(report)
      this.#fill()
      changed()
    } catch (error) {
      logger.warn(`Dead letters of a job cannot be kept: ${reasonOf(error)}`, { job, error })
    }
  }

  /** Hands in what is to be replayed, as much as there is room for. @throws StoreError */
  fill(): void {
    this.#fill()
  }

  #keep(report: Heard): void {
    const { job, store, send } = this.#options
    switch (report.type) {
      case 'letters':
        return store.add(job, report.letters, report.notKept)
      case 'letters-begun':
        store.rewind(job, report.checkpoint, report.settled)
        if (report.settled.length > 0) send({ type: 'replays-noted', letters: report.settled })
        this.#handed.clear()
        this.#inFlight.clear()
        this.#begun = true
        return
      case 'replays': {
        const { entered, settled, refused } = report
        for (const letter of [...entered, ...refused]) this.#inFlight.delete(letter)
        for (const letter of [...settled, ...refused]) this.#handed.delete(letter)
        if (refused.length > 0) store.giveBack(job, refused)
        if (settled.length === 0) return
        store.settle(job, settled)
        send({ type: 'replays-noted', letters: settled })
      }
    }
  }

  #fill(): void {
    const { job, store, send } = this.#options
    const room = MOST_IN_FLIGHT - this.#inFlight.size
    if (!this.#begun || room <= 0) return
    const next = store
      .replaying(job)
      .filter((letter) => !this.#handed.has(letter))
      .slice(0, room)
    if (next.length === 0) return
    for (const letter of next) {
      this.#handed.add(letter)
      this.#inFlight.add(letter)
    }
    send({ type: 'replay', letters: store.parcels(job, next) })
  }
}
