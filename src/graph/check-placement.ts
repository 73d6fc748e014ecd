import { excerpt } from '../errors/excerpt.ts'
import type { OperatorPlacement } from '../functions/operator-options.ts'
import { invalidArgument } from './invalid-argument.ts'

/** @throws InvalidArgumentError when an operator can be at no such place. */
export function checkPlacement(operator: string, placement: unknown): OperatorPlacement {
  if (placement === 'process' || placement === 'thread') return placement
  if (typeof placement === 'object' && placement !== null) {
    const { thread, ...others } = placement as { readonly thread?: unknown }
    const fits = Number.isInteger(thread) && (thread as number) >= 0
    if (fits && Object.keys(others).length === 0) return Object.freeze({ thread: thread as number })
  }
  throw invalidArgument(
    operator,
    `placement is ${excerpt(placement)}`,
    `pass 'process', 'thread', or the number of a thread from 0: { thread: 0 }`,
  )
}
