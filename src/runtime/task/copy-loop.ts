import type { OutBuffer } from '../flow-control/out-buffer.ts'
import { Exit } from './loop-state.ts'
import type { Loop } from './loop.ts'

/** The loop of an array that is only passed on: whole ranges are copied at once, where others go record by record. */
export function copyLoop(out: OutBuffer): Loop {
  return (state) => {
    const count = Math.min(state.limit - state.index, out.capacity - out.size)
    if (count <= 0) return Exit.pause
    const from = state.index
    state.index += count
    state.entered[0]! += count
    out.append(state.records, from, state.index)
    return out.size >= out.capacity ? Exit.flush : Exit.pause
  }
}
