import type { Awaitable } from './user-functions.ts'

/** `inner`: pairs only; `left`: also the left records without a partner; `full`: those of both sides. */
export type JoinType = 'inner' | 'left' | 'full'

/**
 * Called for each pair of records with the same key, and for each record left without a partner that the type of the
 * join lets through, once no partner can come any more: the other side is then undefined. Returning undefined drops.
 */
export type JoinFunction<L, R, K, O, J extends JoinType = 'inner'> = (
  left: J extends 'full' ? L | undefined : L,
  right: J extends 'inner' ? R : R | undefined,
  key: K,
) => Awaitable<O | undefined>
