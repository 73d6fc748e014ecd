import { Channel } from '../../../../src/runtime/flow-control/channel.ts'
import { OutBuffer } from '../../../../src/runtime/flow-control/out-buffer.ts'
import { EdgeOutput, Outputs } from '../../../../src/runtime/flow-control/outputs.ts'
import type { Chunk } from '../../../../src/runtime/flow-control/packet.ts'
import { JobLetters } from '../../../../src/runtime/dead-letters/job-letters.ts'
import { StrandLetters } from '../../../../src/runtime/dead-letters/strand-letters.ts'
import { FailureHandler } from '../../../../src/runtime/task/failure-handler.ts'
import { generateLoop } from '../../../../src/runtime/task/generated-loop.ts'
import type { Head } from '../../../../src/runtime/task/heads/head.ts'
import { interpretLoop } from '../../../../src/runtime/task/interpreted-loop.ts'
import { Cursor, Exit, type ExitCode, LoopState } from '../../../../src/runtime/task/loop-state.ts'
import type { HeadKind, Loop } from '../../../../src/runtime/task/loop.ts'
import { RecordInHand } from '../../../../src/runtime/task/record-in-hand.ts'
import type { Stage } from '../../../../src/runtime/task/stage.ts'
import { buildSteps } from '../../../../src/runtime/task/steps.ts'
import { publishBooks } from '../../../../src/runtime/task/strand-books.ts'
import type { WaitFor } from '../../../../src/runtime/task/wait.ts'
import { CountingWaker, createNode } from './parts.ts'
import { Book } from '../../../../src/runtime/metrics/book.ts'

export type LoopKind = 'generated' | 'interpreted'

/** How records come and go. */
export interface Setting {
  readonly loop: LoopKind
  readonly head: HeadKind
  /** One value after the other; for iterators and pulls what `next` returns. */
  readonly input: readonly unknown[]
  readonly iterator?: Iterator<unknown>
  readonly pull?: () => unknown
  /** Iterations per entry. */
  readonly budget: number
  /** Records in an output chunk; 0: nothing leaves the chain. */
  readonly chunkSize: number
  readonly edges: number
  readonly keyed: boolean
}

export interface Run {
  /** What each edge received, with keys where it is keyed. */
  readonly received: unknown[][]
  readonly source: number
  readonly exits: ExitCode[]
  readonly state: LoopState
}

/** Runs a chain to its end as a strand does, without its scheduling: one entry into the loop after the other. */
export const runChain = async (stages: readonly Stage[], setting: Setting): Promise<Run> => {
  const received: unknown[][] = []
  const main = Array.from({ length: setting.chunkSize === 0 ? 0 : setting.edges }, (_, edge) => {
    const seen: unknown[] = (received[edge] = [])
    const channel = new Channel(1, new CountingWaker())
    channel.packets.subscribe((packet) => {
      const chunk = packet as Chunk
      for (let i = 0; i < chunk.size; i++)
        seen.push(setting.keyed ? [chunk.keys![i], chunk.records[i]] : chunk.records[i])
      channel.received += chunk.size
      channel.release(chunk)
    })
    return new EdgeOutput(
      'forward',
      [new OutBuffer(channel, setting.chunkSize, { keyed: setting.keyed, timed: false, replying: false })],
      0,
    )
  })
  const outputs = new Outputs(main, new Map(), [], false, new CountingWaker())
  const emitter = outputs.emitter === null ? null : outputs
  const steps = buildSteps(stages, emitter, 'loop')
  const apart = buildSteps(stages, emitter, 'books')
  const cursors = stages.flatMap(({ mode }, op) => (mode === 'many' ? [new Cursor(op)] : []))
  const state = new LoopState(stages.length, cursors)
  state.iterator = setting.iterator ?? null
  state.pull = setting.pull ?? null
  const loop: Loop =
    setting.loop === 'interpreted'
      ? interpretLoop(stages, setting.head, steps)
      : generateLoop(stages, setting.head, outputs.emitter)
  const failures = new FailureHandler(outputs, () => 0, { givenUp: () => {} })
  let waiting: { promise: PromiseLike<unknown>; resume: (ok: boolean, value: unknown) => ExitCode } | null =
    null
  const wait: WaitFor = (_at, promise, resume) => (waiting = { promise, resume })
  const book = new Book()
  const source = { node: createNode({ kind: 'source', onError: 'skip' }), book }
  const head = { kind: setting.head } as Head
  const letters = new StrandLetters(new JobLetters(), 0)
  const parts = { state, stages, steps, apart: () => apart, failures, letters, head, source }
  const hand = new RecordInHand(parts, { wait, delay: () => Promise.resolve() })
  const exits: ExitCode[] = []
  const settle = async (first: ExitCode): Promise<ExitCode> => {
    let exit = first
    while (exit === Exit.await || exit === Exit.pull || exit === Exit.error) {
      const next = hand.handle(exit)
      if (next !== null) {
        exit = next
        continue
      }
      const { promise, resume } = waiting!
      const [ok, value] = await promise.then(
        (result) => [true, result] as const,
        (error: unknown) => [false, error] as const,
      )
      exit = resume(ok, value)
    }
    return exit
  }
  for (;;) {
    hand.reset()
    if (setting.head === 'chunk' && state.activeCursor === null && state.index === state.limit) {
      if (state.index === setting.input.length) break
      state.records = setting.input
      state.keys = setting.keyed ? setting.input.map((record) => `key ${String(record)}`) : null
      state.limit = Math.min(state.index + setting.budget, setting.input.length)
    }
    state.budget = setting.budget
    const exit = loop(state)
    exits.push(exit)
    const after = await settle(exit)
    if (after === Exit.flush) outputs.relieve()
    if (after === Exit.ended) break
  }
  outputs.flush()
  publishBooks(stages, state, book)
  return { received, source: book.out, exits, state }
}
