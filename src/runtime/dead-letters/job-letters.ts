import type { DeadLetter } from '../../functions/error-policy.ts'
import type { GivenUp, Replay } from './given-up.ts'

/** Letters kept for the error report of a job that fails. */
const LAST = 16

/** Where an attempt begins. */
export interface LettersOrigin {
  /**
   * The checkpoint that it goes on from, 0 where that is none of the job's own; null: the job takes no checkpoints. What
   * came behind it comes again.
   */
  readonly checkpoint: number | null
  /** Letters whose records that checkpoint has as put back. */
  readonly settled: readonly number[]
}

/** Who keeps the dead letters that nobody in the program reads. None of these may throw. */
export interface LettersListener {
  readonly givenUp: (letter: GivenUp) => void
  /** Their records are put back: others may be handed in. @param after the last checkpoint that had passed there */
  readonly entered: (letters: readonly number[], after: number) => void
  /** Their records were put back, and that is safe: nobody has to hand them in again. */
  readonly settled: (letters: readonly number[]) => void
  /** Their records cannot be put back now: there is no such operator, or it has ended. */
  readonly refused: (letters: readonly number[]) => void
  /** An attempt begins. Records that were handed in before and are not settled are forgotten here: hand them in again. */
  readonly begun: (origin: LettersOrigin) => void
}

/** Where a record may be put back. */
export interface ReplayTarget {
  readonly main: boolean
  readonly subtask: number
  readonly strand: { replay(replay: Replay): boolean }
}

/** The dead letters of one job that nobody in the program reads, over all its attempts. */
export class JobLetters {
  /** The newest, oldest first. */
  readonly last: DeadLetter[] = []
  /** The checkpoint that the present attempt goes on from; 0: none. */
  origin = 0
  #checkpointed = false
  #listener: LettersListener | null = null
  #targets: () => readonly ReplayTarget[] | null = () => null
  /** Put back, by the letter: the last checkpoint that had passed by then. As many as are handed in at most. */
  readonly #entered = new Map<number, number>()
  /** Told as settled, and not confirmed. */
  readonly #told = new Set<number>()

  /** @param targets where records may be put back in the present attempt; null: it is over, and another follows */
  listen(listener: LettersListener, targets: () => readonly ReplayTarget[] | null): void {
    this.#listener = listener
    this.#targets = targets
  }

  givenUp(letter: GivenUp): void {
    const { record, operator, nodeId, error, attempts, at } = letter
    this.last.push({ record, operator, nodeId, error, attempts, at })
    if (this.last.length > LAST) this.last.shift()
    this.#listener?.givenUp(letter)
  }

  /** Puts records back, each when it is its operator's turn. Between two attempts they are forgotten. */
  replay(replays: readonly Replay[]): void {
    const targets = this.#targets()
    if (targets === null) return
    const refused = replays.filter((replay) => !targets.some((target) => takes(target, replay)))
    this.refused(refused.map(({ letter }) => letter))
  }

  /** Whoever keeps these has noted that they are settled. */
  confirm(letters: readonly number[]): void {
    for (const letter of letters) this.#told.delete(letter)
  }

  /** An attempt begins. */
  begin(origin: LettersOrigin): void {
    this.origin = origin.checkpoint ?? 0
    this.#checkpointed = origin.checkpoint !== null
    this.#entered.clear()
    this.#told.clear()
    for (const letter of origin.settled) this.#told.add(letter)
    this.#listener?.begun(origin)
  }

  /** A record is put back. @param after the last checkpoint that has passed where it is */
  entered(letter: number, after: number): void {
    this.#listener?.entered([letter], after)
    if (this.#checkpointed) this.#entered.set(letter, after)
    else this.#settle([letter])
  }

  refused(letters: readonly number[]): void {
    if (letters.length > 0) this.#listener?.refused(letters)
  }

  /** Letters whose records a checkpoint has as put back, as far as nobody has confirmed that he knows. */
  coveredBy(checkpoint: number): readonly number[] {
    return [...this.#told, ...this.#before(checkpoint)]
  }

  /** That checkpoint is safe. */
  completed(checkpoint: number): void {
    this.#settle(this.#before(checkpoint))
  }

  /** The job has come to its end, and all it was given is through. */
  end(): void {
    this.#settle([...this.#entered.keys()])
  }

  #before(checkpoint: number): number[] {
    return [...this.#entered].flatMap(([letter, after]) => (after < checkpoint ? [letter] : []))
  }

  #settle(letters: readonly number[]): void {
    if (letters.length === 0) return
    for (const letter of letters) {
      this.#entered.delete(letter)
      if (this.#checkpointed) this.#told.add(letter)
    }
    this.#listener?.settled(letters)
  }
}

function takes({ main, subtask, strand }: ReplayTarget, replay: Replay): boolean {
  return main && subtask === replay.subtask && strand.replay(replay)
}
