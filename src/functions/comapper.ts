import type { Collector, OperatorContext, RecordContext } from './context.ts'
import type { AnyServices } from './any-services.ts'
import type { ServiceMap } from './services.ts'
import type { Awaitable, Lifecycle } from './user-functions.ts'

/**
 * `comap` given as class: `map0` for the first input, `map1` for the second, and so on, one for each; each may return
 * a type of its own.
 */
export type Comapper<
  Inputs extends readonly unknown[],
  S extends ServiceMap = AnyServices,
  K = undefined,
> = Lifecycle<S> & {
  end?(out: Collector<never>, ctx: OperatorContext<S>): Awaitable<void>
} & {
  [I in keyof Inputs as I extends `${number}` ? `map${I}` : never]: (
    value: Inputs[I],
    ctx: RecordContext<S, K>,
  ) => unknown
}

/** What the methods of a `comap` class put out, all together. */
export type ComapperOutput<C> = ComapOutput<[C[keyof C & `map${number}`]]>

/** `comap` given as functions: one per input, in order; each may return a type of its own. */
export type ComapFunctions<
  Inputs extends readonly unknown[],
  S extends ServiceMap = AnyServices,
  K = undefined,
> = {
  readonly [I in keyof Inputs]: (value: Inputs[I], ctx: RecordContext<S, K>) => unknown
}

/** What the functions of a `comap` put out, all together. */
export type ComapOutput<F extends readonly unknown[]> = {
  [I in keyof F]: F[I] extends (...args: never[]) => infer O ? Exclude<Awaited<O>, undefined> : never
}[number]
