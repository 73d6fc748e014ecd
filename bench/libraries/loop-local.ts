import { library as loop } from './loop.ts'
import type { Library } from './library.ts'

/**
 * The loop with its sum in a local variable, which the compiler keeps in a register: the least the machine can do.
 * Nobody who hands each record to a sink can reach it, so it is shown and nothing is measured against it.
 */
export const library: Library = {
  workloads: {
    a: (input, cell) => {
      let sum = 0
      for (const value of input) {
        const x = value + 1
        if ((x & 1) === 0) sum += x * 2
      }
      cell.sum += sum
    },
    b: (input, cell) => {
      let sum = 0
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
        sum += x & 0xffffff
      }
      cell.sum += sum
    },
    e: (input, cell) => {
      let sum = 0
      for (const source of input) for (const value of source) sum += value
      cell.sum += sum
    },
    g: (input, cell) => {
      let sum = 0
      for (const value of input) for (let i = 0; i < 5; i++) sum += value + i
      cell.sum += sum
    },
  },
  chain: loop.chain,
}
