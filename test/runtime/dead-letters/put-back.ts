import { BaseEnvironment } from '../../../src/environment/base-environment.ts'
import type { CheckpointOptions } from '../../../src/environment/checkpoint-options.ts'
import { hostedSubmit } from '../../../src/environment/hosted-submit.ts'
import type { HostedJob } from '../../../src/environment/job-process-host.ts'
import { END } from '../../../src/functions/user-functions.ts'
import type { GivenUp } from '../../../src/runtime/dead-letters/given-up.ts'
import type { LettersOrigin } from '../../../src/runtime/dead-letters/job-letters.ts'

/** What a job tells of its dead letters, and what is put back; letters are numbered as they come. */
export class Desk extends BaseEnvironment {
  readonly letters: GivenUp[] = []
  readonly entered: number[] = []
  readonly settled: number[] = []
  readonly refused: number[] = []
  readonly origins: LettersOrigin[] = []
  /** Called with each letter, and its number. */
  onLetter: (letter: GivenUp, number: number) => void = () => {}
  onSettled: (letters: readonly number[]) => void = () => {}
  onBegun: (origin: LettersOrigin) => void = () => {}
  job: HostedJob | null = null

  async begin(checkpoints: CheckpointOptions | null = null): Promise<HostedJob> {
    this.job = await hostedSubmit(this.recorded).start({ autostop: true }, checkpoints, {
      givenUp: (letter) => this.onLetter(letter, this.letters.push(letter) - 1),
      entered: (letters) => this.entered.push(...letters),
      settled: (letters) => {
        this.settled.push(...letters)
        this.onSettled(letters)
      },
      refused: (letters) => this.refused.push(...letters),
      begun: (origin) => {
        this.origins.push(origin)
        this.onBegun(origin)
      },
    })
    return this.job
  }

  /** Puts the records of these letters back. */
  putBack(...numbers: readonly number[]): void {
    if (numbers.length > 0)
      this.job!.letters!.replay(
        numbers.map((number) => {
          const { nodeId, subtask, key, eventTime, input, record, replay } = this.letters[number]!
          const times = (replay?.times ?? 0) + 1
          return { letter: number, nodeId, subtask, key, eventTime, input, record, times }
        }),
      )
  }
}

/** Gives numbers, and what it is told to give behind them, until it is closed. */
export class Tap {
  readonly #given: number[] = []
  #closed = false
  #wanted: (() => void) | null = null

  constructor(count = 0) {
    for (let n = 0; n < count; n++) this.#given.push(n)
  }

  readonly next = (): number | typeof END | Promise<number | typeof END> => {
    if (this.#given.length > 0) return this.#given.shift()!
    if (this.#closed) return END
    return new Promise<void>((resolve) => (this.#wanted = resolve)).then(() => this.next())
  }

  give(...numbers: readonly number[]): void {
    this.#given.push(...numbers)
    this.#wanted?.()
  }

  close(): void {
    this.#closed = true
    this.#wanted?.()
  }
}
