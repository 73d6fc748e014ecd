import type { ComapFunctions, ComapOutput, Comapper, ComapperOutput } from '../functions/comapper.ts'
import type { JoinFunction, JoinType } from '../functions/join-function.ts'
import type { CallOperatorOptions } from '../functions/operator-options.ts'
import type { AnyServices } from '../functions/any-services.ts'
import type { ServiceMap } from '../functions/services.ts'
import type { ClassOf } from '../functions/user-functions.ts'
import { checkFunction } from './check-function.ts'
import { comapDraft } from './comap-draft.ts'
import type { DataStream } from './data-stream.ts'
import { joinDraft, temporalJoinDraft } from './join-draft.ts'
import {
  joinOptionNames,
  type JoinOptions,
  temporalJoinOptionNames,
  type TemporalJoinOptions,
} from './join-options.ts'
import type { Recording } from './recording.ts'

/** Streams side by side that share a key: records of one key reach the same subtask, whichever input they come from. */
export class KeyedConnectedStreams<Inputs extends readonly unknown[], K, S extends ServiceMap = AnyServices> {
  readonly #recording: Recording<S>
  readonly #ids: readonly string[]

  /** @internal */
  constructor(recording: Recording<S>, ids: readonly string[]) {
    this.#recording = recording
    this.#ids = ids
  }

  /**
   * One function per input, in order, or a class with `map0`, `map1`, ...; each sees the key as `ctx.key`.
   * @throws InvalidArgumentError when there are not as many functions as inputs.
   */
  comap<F extends ComapFunctions<Inputs, S, K>>(
    functions: F,
    options?: CallOperatorOptions,
  ): DataStream<ComapOutput<F>, S>
  comap<C extends Comapper<Inputs, S, K>>(
    functions: ClassOf<C>,
    options?: CallOperatorOptions,
  ): DataStream<ComapperOutput<C>, S>
  comap(functions: unknown, options?: CallOperatorOptions): DataStream<unknown, S> {
    const draft = comapDraft(this.#ids, true, functions)
    return this.#recording.dataStream(this.#recording.builder.add(draft, options, functions))
  }

  /**
   * Pairs the records of the first input with those of the second that have the same key, as the options say.
   * @throws InvalidArgumentError unless there are two inputs.
   */
  join<O, J extends JoinType = 'inner'>(
    fn: PairFunction<Inputs, K, O, J>,
    options?: JoinOptions<J>,
  ): DataStream<O, S> {
    const draft = joinDraft(this.#ids, options)
    checkFunction('join', 'a join function', fn)
    return this.#recording.dataStream(
      this.#recording.builder.add(draft, options, { join: fn }, joinOptionNames),
    )
  }

  /**
   * Joins each record of the first input with the row of its key in a table whose rows come by the second.
   * @throws InvalidArgumentError unless there are two inputs.
   */
  temporalJoin<O, J extends 'inner' | 'left' = 'inner'>(
    fn: PairFunction<Inputs, K, O, J>,
    options?: TemporalJoinOptions<Inputs[1], J>,
  ): DataStream<O, S> {
    const draft = temporalJoinDraft(this.#ids, options)
    checkFunction('temporalJoin', 'a join function', fn)
    const given = { join: fn, isDelete: options?.isDelete }
    return this.#recording.dataStream(
      this.#recording.builder.add(draft, options, given, temporalJoinOptionNames),
    )
  }
}

/** A function of two inputs; of any other number there is none, and the type says why. */
type PairFunction<Inputs extends readonly unknown[], K, O, J extends JoinType> = Inputs extends readonly [
  infer L,
  infer R,
]
  ? JoinFunction<L, R, K, O, J>
  : 'a join has two inputs'
