import { END } from '../../functions/user-functions.ts'
import type { HeadKind } from '../task/loop.ts'
import type { LoopState } from '../task/loop-state.ts'
import type { HeadTap } from '../task/loop-runner.ts'
import type { RecordSampler } from './record-sampler.ts'

type Iterated = NonNullable<LoopState['iterator']>

/** Has a sampler see what one subtask of a source gives: what it has made readable, or what it is asked for. */
export class SourceTap implements HeadTap {
  readonly #sampler: Pick<RecordSampler, 'seeRecord' | 'seeRecords'>
  #records: readonly unknown[] | null = null
  #limit = 0

  constructor(sampler: Pick<RecordSampler, 'seeRecord' | 'seeRecords'>) {
    this.#sampler = sampler
  }

  look(state: LoopState, kind: HeadKind): void {
    if (kind === 'chunk') this.#read(state)
    else if (kind === 'pull') state.pull = this.#pulled(state.pull!)
    else state.iterator = this.#iterated(state.iterator!)
  }

  #read({ records, index, limit }: LoopState): void {
    // It reads on in what it has been given before.
    if (records === this.#records && limit === this.#limit) return
    this.#records = records
    this.#limit = limit
    this.#sampler.seeRecords(records, index, limit)
  }

  #pulled(pull: () => unknown): () => unknown {
    return () => {
      const record = pull()
      if (!(record instanceof Promise)) this.#see(record)
      else record.then(this.#see, ignore)
      return record
    }
  }

  #iterated(iterator: Iterated): Iterated {
    const next = (): unknown => {
      const step: unknown = iterator.next()
      if (!(step instanceof Promise)) this.#seeStep(step)
      else step.then(this.#seeStep, ignore)
      return step
    }
    return { next } as Iterated
  }

  readonly #see = (record: unknown): void => {
    if (record !== END) this.#sampler.seeRecord(record)
  }

  readonly #seeStep = (step: unknown): void => {
    const result = Object(step) as { readonly done?: boolean; readonly value: unknown }
    if (result.done !== true) this.#see(result.value)
  }
}

/** Whoever waits for it hears of it. */
const ignore = (): void => {}
