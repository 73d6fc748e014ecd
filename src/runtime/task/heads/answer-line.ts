import type { Waker } from '../../flow-control/channel.ts'
import { isThenable } from '../../../util/is-thenable.ts'
import type { Meeting } from './meeting.ts'

type Result = IteratorResult<unknown>

interface Waiting {
  readonly subtask: Waker
  readonly resolve: (result: Result) => void
  readonly reject: (error: unknown) => void
}

type Answer = { readonly result: Result } | { readonly error: unknown }

/**
 * Hands the answers of one iterator to the subtasks that share it. It is asked for one at a time, as not every
 * asynchronous iterator can do with overlapping calls; whoever asks meanwhile waits in line, so that each gets its
 * share. Those that have taken a barrier get nothing before all have: what was given before it is the input's
 * beginning, without a gap. So at most one answer is held back here, and each subtask waits for at most one.
 */
export class AnswerLine {
  readonly #ask: () => Result | PromiseLike<Result>
  readonly #meeting: Meeting
  #waiting: Waiting[] = []
  #asking = false
  #kept: Answer | null = null
  /** They were given an answer as a promise, and have not taken it in. */
  readonly #given = new Set<Waker>()

  /** @param meeting calls `serve` when nobody is held back any more. */
  constructor(ask: () => Result | PromiseLike<Result>, meeting: Meeting) {
    this.#ask = ask
    this.#meeting = meeting
  }

  next(subtask: Waker): Result | PromiseLike<Result> {
    this.#given.delete(subtask)
    const answer = this.#takeKept()
    if (answer !== null) {
      if ('error' in answer) throw answer.error
      return answer.result
    }
    if (!this.#asking && this.#waiting.length === 0) {
      const step = this.#ask()
      if (!isThenable(step)) return step
      this.#expect(step)
    }
    return new Promise((resolve, reject) => {
      this.#waiting.push({ subtask, resolve, reject })
      this.serve()
    })
  }

  /** Whether the subtask has to take in a record before it may take a barrier: later ones may have gone elsewhere. */
  owes(subtask: Waker): boolean {
    return this.#given.has(subtask)
  }

  /** It has taken in what it was given. */
  takenIn(subtask: Waker): void {
    this.#given.delete(subtask)
  }

  /** A subtask reads no more. */
  leave(subtask: Waker): void {
    const left = this.#waiting.filter((waiting) => waiting.subtask === subtask)
    this.#waiting = this.#waiting.filter((waiting) => waiting.subtask !== subtask)
    for (const { resolve } of left) resolve({ done: true, value: undefined })
    this.serve()
  }

  /** Gives what there is, and asks for what is waited for. */
  serve(): void {
    while (this.#waiting.some(this.#mayHave)) {
      const answer = this.#takeKept()
      if (answer !== null) this.#give(answer)
      else if (this.#asking) return
      else this.#askNext()
    }
  }

  #askNext(): void {
    try {
      const step = this.#ask()
      if (isThenable(step)) this.#expect(step)
      else this.#kept = { result: step }
    } catch (error) {
      this.#kept = { error }
    }
  }

  #expect(step: PromiseLike<Result>): void {
    this.#asking = true
    const settle = (answer: Answer): void => {
      this.#asking = false
      this.#kept = answer
      this.serve()
    }
    step.then(
      (result) => settle({ result }),
      (error: unknown) => settle({ error }),
    )
  }

  #give(answer: Answer): void {
    const index = this.#waiting.findIndex(this.#mayHave)
    const [{ subtask, resolve, reject }] = this.#waiting.splice(index, 1) as [Waiting]
    this.#given.add(subtask)
    if ('error' in answer) reject(answer.error)
    else resolve(answer.result)
  }

  #takeKept(): Answer | null {
    const answer = this.#kept
    this.#kept = null
    return answer
  }

  readonly #mayHave = ({ subtask }: Waiting): boolean => !this.#meeting.holds(subtask)
}
