import type { Outputs } from '../flow-control/outputs.ts'
import type { Stage } from './stage.ts'

/** Where in a strand records are not wanted any more. */
export class LostInterest {
  readonly #stages: readonly Stage[]
  readonly #outputs: Pick<Outputs, 'deserted'>
  readonly #finishes: boolean

  constructor(stages: readonly Stage[], outputs: Pick<Outputs, 'deserted'>) {
    this.#stages = stages
    this.#outputs = outputs
    this.#finishes = stages.some((stage) => 'finished' in stage)
  }

  /** The first stage that wants no more, or -1. */
  get atStage(): number {
    return this.#finishes ? this.#stages.findIndex((stage) => stage.finished === true) : -1
  }

  /** The same, and behind the last stage where nobody reads what leaves it. */
  get at(): number {
    return this.#outputs.deserted ? this.#stages.length : this.atStage
  }
}
