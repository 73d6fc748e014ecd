import type { Head, HeadStatus } from '../../../../src/runtime/task/heads/head.ts'
import { LoopState } from '../../../../src/runtime/task/loop-state.ts'

/** Fills once and reads all of it, as a loop does. Records, or what `fill` said. */
export const readOnce = (
  head: Head,
  state: LoopState,
  quantum = 256,
): unknown[] | Exclude<HeadStatus, 'ready'> => {
  const status = head.fill(state, quantum)
  if (status !== 'ready') return status
  const read = state.records.slice(state.index, state.limit)
  state.index = state.limit
  return read
}

/** Reads until there is nothing now. */
export const readAll = (
  head: Head,
  state: LoopState,
  quantum = 256,
): { records: unknown[]; status: string } => {
  const records: unknown[] = []
  for (;;) {
    const read = readOnce(head, state, quantum)
    if (!Array.isArray(read)) return { records, status: read }
    records.push(...read)
  }
}

export const createState = (): LoopState => new LoopState(1, [])
