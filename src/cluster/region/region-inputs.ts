import type { Barrier } from '../../runtime/flow-control/packet.ts'
import type { InboundChannel } from '../../runtime/threads/inbound-channel.ts'
import type { RecordCodec } from '../../runtime/threads/portable-letters.ts'
import type { JobLog, Output } from '../engine/job-log.ts'
import { desertedEnd } from '../regions/edge-ends.ts'
import { EdgeInput } from './edge-input.ts'
import type { RegionRecord } from './region-record.ts'

/** How far all that a region reads had been read where a barrier stood. */
export type InputPositions = Pick<RegionRecord, 'offsets' | 'ended' | 'deserted'>

/** All that a region reads from others. */
export class RegionInputs {
  readonly #inputs = new Map<string, EdgeInput>()
  /** Of which word has been left. */
  readonly #deserted = new Set<string>()

  /** Edge ends. */
  get count(): number {
    return this.#inputs.size
  }

  receive(end: string, number: number, codec: RecordCodec | null): InboundChannel {
    let input = this.#inputs.get(end)
    if (input === undefined) this.#inputs.set(end, (input = new EdgeInput(end)))
    return input.receive(number, codec)
  }

  /** Where they go on from. Comes before the region is opened. */
  restore({ offsets, ended, deserted }: InputPositions): void {
    for (const input of this.#inputs.values()) input.restore(offsets[input.end] ?? 0, new Set(ended))
    for (const end of deserted) this.#deserted.add(end)
  }

  /** The region is open. */
  run(log: Pick<JobLog, 'read'>, fail: (error: unknown) => void): void {
    for (const input of this.#inputs.values()) input.run(log).catch(fail)
  }

  /** A checkpoint begins: what has been taken by now is part of it. */
  barrier(barrier: Barrier): void {
    for (const input of this.#inputs.values()) input.barrier(barrier)
  }

  /** Where that barrier stood. Those before it are forgotten. */
  passed(checkpoint: number): InputPositions {
    const offsets: Record<string, number> = {}
    const ended: number[] = []
    const deserted: string[] = []
    for (const input of this.#inputs.values()) {
      const position = input.passed(checkpoint)
      offsets[input.end] = position.offset
      ended.push(...position.ended)
      if (position.isDeserted) deserted.push(input.end)
    }
    return { offsets, ended, deserted }
  }

  /** What is to be left for those who write where nobody here wants more, as far as it has not been. */
  wordOf({ deserted }: InputPositions): readonly Output[] {
    const fresh = deserted.filter((end) => !this.#deserted.has(end))
    return fresh.map((end) => ({ end: desertedEnd(end), bytes: Uint8Array.of(1) }))
  }

  committed({ deserted }: InputPositions): void {
    for (const end of deserted) this.#deserted.add(end)
  }

  /** Another text where something was read meanwhile. */
  get taken(): string {
    return [...this.#inputs.values()].map((input) => input.taken).join(' ')
  }

  async close(): Promise<void> {
    await Promise.all([...this.#inputs.values()].map((input) => input.close()))
  }
}
