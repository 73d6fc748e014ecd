import {
  byImmediate,
  byMicrotask,
  type Cell,
  concurrency,
  weighCount,
  weighWindow,
  windowSize,
} from '../throughput/workloads.ts'
import type { Library } from './library.ts'

/** The pool one would write by hand: as many workers as may run at once, each awaiting one call after the other. */
const pool = async (
  input: readonly number[],
  f: (x: number) => Promise<number>,
  cell: Cell,
): Promise<void> => {
  let next = 0
  const worker = async (): Promise<void> => {
    while (next < input.length) {
      const result = await f(input[next++]!)
      cell.sum += result
    }
  }
  await Promise.all(Array.from({ length: concurrency }, worker))
}

/** The yardstick: what one would write without any library, all in one loop, and into the same cell. */
export const library: Library = {
  workloads: {
    a: (input, cell) => {
      for (const value of input) {
        const x = value + 1
        if ((x & 1) === 0) cell.sum += x * 2
      }
    },
    b: (input, cell) => {
      for (const value of input) {
        let x = value + 1
        if (x % 10 === 0) continue
        x *= 3
        if (x % 7 === 0) continue
        x -= 1
        if (x % 13 === 0) continue
        x ^= 5
        if (x % 11 === 0) continue
        x += 7
        cell.sum += x & 0xffffff
      }
    },
    d: (input, cell) => {
      const counts = new Map<string, number>()
      for (const word of input) counts.set(word, (counts.get(word) ?? 0) + 1)
      for (const [word, count] of counts) cell.sum += weighCount(word, count)
    },
    e: (input, cell) => {
      for (const source of input) for (const value of source) cell.sum += value
    },
    f: (input, cell) => {
      let window: number[] = []
      for (const value of input) {
        window.push(value)
        if (window.length === windowSize) {
          cell.sum += weighWindow(window)
          window = []
        }
      }
      if (window.length > 0) cell.sum += weighWindow(window)
    },
    g: (input, cell) => {
      for (const value of input) for (let i = 0; i < 5; i++) cell.sum += value + i
    },
    c: (input, cell) => pool(input, byMicrotask, cell),
    ci: (input, cell) => pool(input, byImmediate, cell),
  },
  chain: (input, steps, cell) => {
    next: for (const value of input) {
      let x = value
      for (const step of steps) {
        if (step.kind === 'map') x = step.f(x)
        else if (!step.f(x)) continue next
      }
      cell.sum += x
    }
  },
}
