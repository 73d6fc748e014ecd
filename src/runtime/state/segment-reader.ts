import { type CellsFrame, damaged, type Frame, type Keys } from './segment.ts'

/** Where cells that were saved go. */
export interface CellReceiver {
  delete(key: unknown): void
  /** @param version of the value's form. */
  set(key: unknown, value: unknown, version: number): void
}

/** Follows the segments of one table, frame by frame, oldest first, and hands on what they say. */
export class SegmentReader {
  readonly #receiver: CellReceiver
  /** Of the segment at hand; null before the first. */
  #version: number | null = null
  /** Values by number, until a cell refers to them. */
  readonly #early = new Map<number, unknown>()
  #earlyCount = 0

  constructor(receiver: CellReceiver) {
    this.#receiver = receiver
  }

  /** @throws CheckpointCorruptError when frames are missing. */
  follow(frame: Frame): void {
    if (frame.type === 'begin') {
      if (frame.whole !== (this.#version === null)) throw damaged('is not in its place')
      this.#version = frame.version
      this.#early.clear()
      this.#earlyCount = 0
      return
    }
    if (this.#version === null) throw damaged('has no beginning')
    switch (frame.type) {
      case 'early':
        for (const value of frame.values) this.#early.set(this.#earlyCount++, value)
        return
      case 'deleted':
        for (const key of keysOf(frame)) this.#receiver.delete(key)
        return
      case 'cells':
        this.#setCells(frame, this.#version)
    }
  }

  #setCells(frame: CellsFrame, version: number): void {
    const values = frame.values.slice()
    for (const place of frame.early) {
      const number = values[place] as number
      if (!this.#early.has(number)) throw damaged('lacks a value')
      values[place] = this.#early.get(number)
      this.#early.delete(number)
    }
    keysOf(frame).forEach((key, i) => this.#receiver.set(key, values[i], version))
  }
}

function keysOf({ keys, symbols }: Keys): readonly unknown[] {
  if (symbols.length === 0) return keys
  const known = keys.slice()
  for (const place of symbols) known[place] = Symbol.for(String(keys[place]))
  return known
}
