import type { Transformation } from './transformation.ts'

/**
 * The recorded pipeline as frozen data, JSON-serialisable. What a node's user wrote (functions, iterables,
 * Observables) is in the FunctionTable, keyed by node id.
 */
export interface PipelineGraph {
  readonly name: string
  readonly nodes: readonly Transformation[]
  /** Services the pipeline registers, in order. */
  readonly services: readonly string[]
}

/**
 * What the user handed over, by node id; never frozen, never serialised. The shape per kind: a function, object or
 * class for call nodes; the input itself for sources; `Scanner` and seed for scan `{ fold, seed }`; an array of
 * functions or one class for comap; the key selector for keyBy; `{ join }` for join; a schema for validate; an array of
 * RxJS operators or a function of the pipe context for pipe; a CollectBuffer for sink `collect`; an IterateBuffer
 * for sink `iterate`.
 */
export type FunctionTable = ReadonlyMap<string, unknown>
