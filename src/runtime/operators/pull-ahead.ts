import type { Transformation } from '../../graph/transformation.ts'
import { isThenable } from '../../util/is-thenable.ts'
import type { Outputs, Stage } from '../task/stage.ts'
import { EmitBuffer } from './emit-buffer.ts'
import type { StageEnvironment } from './stage-environment.ts'

/** Outputs of one call that wait for their turn before no more are pulled; as many again may be on their way out. */
const AHEAD = 32

/**
 * The call of a flatMap whose calls overlap: asynchronous iterables run side by side, each pulled ahead of its turn.
 * What needs no waiting, arrays and plain generators, is pulled in its turn, one output at a time.
 */
export function pullAhead(node: Transformation, call: Stage['call'], env: StageEnvironment): Stage['call'] {
  const start = (outputs: unknown): Outputs | Promise<Outputs> => {
    if (!isAsynchronous(outputs)) return outputs as Outputs
    const out = new EmitBuffer(node, env.outputs, env.scope.signal, noSides, NaN, AHEAD)
    return out.collect(() => pump(outputs, out))
  }
  return (value, context, input, timestamp) => {
    const outputs = call(value, context, input, timestamp)
    return isThenable(outputs) ? Promise.resolve(outputs).then(start) : start(outputs)
  }
}

/** However it ends, leaving the loop returns the iterator. */
async function pump(outputs: AsyncIterable<unknown>, out: EmitBuffer): Promise<void> {
  for await (const output of outputs) {
    const room = out.emit(output)
    if (room === undefined) continue
    await room
    if (out.closed) return
  }
}

/** What is both is read as the loop reads it: without waiting. */
function isAsynchronous(outputs: unknown): outputs is AsyncIterable<unknown> {
  const { [Symbol.iterator]: sync, [Symbol.asyncIterator]: async } = Object(outputs) as {
    [Symbol.iterator]?: unknown
    [Symbol.asyncIterator]?: unknown
  }
  return typeof sync !== 'function' && typeof async === 'function'
}

const noSides = (): void => {}
