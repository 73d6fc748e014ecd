import * as fc from 'fast-check'
import { turn } from '../turns.ts'
import type { RegionRunner } from './region-runner.ts'

/** Something that happens to a region: whoever has it is killed, or not told that another has it now, or lets it go. */
export interface Disturbance {
  /** Turns of the event loop after the one before. */
  readonly turns: number
  readonly region: number
  readonly kind: 'kill' | 'zombie' | 'release'
}

/** Where regions are, and what happens to them. */
export interface Disturbances {
  /** By region, over and over: its slot. */
  readonly slots: readonly number[]
  readonly events: readonly Disturbance[]
}

/** @param longest turns of the event loop between two of them at most */
export const disturbances = (most: number, longest: number): fc.Arbitrary<Disturbances> =>
  fc.record({
    slots: fc.array(fc.nat(3), { minLength: 1, maxLength: 8 }),
    events: fc.array(
      fc.record({
        turns: fc.integer({ min: 1, max: longest }),
        region: fc.nat(30),
        kind: fc.constantFrom('kill', 'zombie', 'release' as const),
      }),
      { maxLength: most },
    ),
  })

/** The slots of a job, and what happens to them. */
class DisturbedSlots {
  readonly #runner: RegionRunner
  /** By slot: its regions. */
  readonly #slots = new Map<string, string[]>()
  #named = 0

  constructor(runner: RegionRunner, slots: readonly number[]) {
    this.#runner = runner
    for (const [i, region] of runner.regions.entries()) {
      const slot = `first ${slots[i % slots.length]}`
      this.#slots.set(slot, [...(this.#slots.get(slot) ?? []), region])
    }
  }

  start(phase: 'run' | 'stop' = 'run'): void {
    for (const [slot, regions] of this.#slots) this.#runner.start(slot, regions, phase)
  }

  async happen({ region: number, kind }: Disturbance): Promise<void> {
    const region = this.#runner.regions[number % this.#runner.regions.length]!
    const [slot, regions] = [...this.#slots].find(([, own]) => own.includes(region))!
    if (kind === 'kill') {
      await this.#runner.kill(slot)
      this.#slots.delete(slot)
      this.#begin(regions)
      return
    }
    const left = regions.filter((one) => one !== region)
    this.#slots.set(slot, left)
    if (kind === 'release') this.#runner.start(slot, left)
    this.#begin([region])
  }

  #begin(regions: string[]): void {
    const slot = `slot ${this.#named++}`
    this.#slots.set(slot, regions)
    this.#runner.start(slot, regions)
  }
}

export interface DisturbedOptions {
  /** After how many turns of the event loop sources are told to end; none: they end by themselves. */
  readonly stopAfter?: number
}

/** Runs all regions to their end, whatever happens to them meanwhile. @throws what a region has failed with */
export async function runDisturbed(
  runner: RegionRunner,
  { slots, events }: Disturbances,
  { stopAfter }: DisturbedOptions = {},
): Promise<void> {
  const all = new DisturbedSlots(runner, slots)
  all.start()
  for (const event of events) {
    for (let i = 0; i < event.turns; i++) await turn()
    await all.happen(event)
  }
  if (stopAfter !== undefined) {
    for (let i = 0; i < stopAfter; i++) await turn()
    all.start('stop')
  }
  await runner.end()
}
