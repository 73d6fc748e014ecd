import type { Transformation, TransformationKind } from './transformation.ts'

/** What the builder adds to every node itself. */
type Added =
  | 'id'
  | 'name'
  | 'site'
  | 'onError'
  | 'uid'
  | 'parallelism'
  | 'placement'
  | 'transfer'
  | 'concurrency'
  | 'ordered'
  | 'timeout'

/** A node as an operator hands it to the builder: what is particular to its kind. */
export type NodeDraft = DraftOf<Transformation>
type DraftOf<N> = N extends unknown ? Omit<N, Added> : never

/** Options of a node as users write them, before they are checked. */
export interface NodeOptions {
  readonly name?: unknown
  readonly parallelism?: unknown
  readonly uid?: unknown
  readonly placement?: unknown
  readonly transfer?: unknown
  readonly onError?: unknown
  readonly concurrency?: unknown
  readonly ordered?: unknown
  readonly timeout?: unknown
}

const callKinds: ReadonlySet<TransformationKind> = new Set<TransformationKind>([
  'map',
  'filter',
  'flatMap',
  'tap',
  'process',
  'comap',
  'sink',
])

/** Whether nodes of this kind call a user function that may overlap with itself. */
export function isCallKind(kind: TransformationKind): boolean {
  return callKinds.has(kind)
}
