/**
 * Work that nothing can leave out, of so many rounds. It is as long as what takes that much time usually is: a function
 * of a few lines is compiled into whatever calls it, and how well that goes differs from caller to caller.
 */
export const burn = (n: number, rounds: number): number => {
  let x = n + 1
  for (let i = 0; i < rounds; i++) {
    x = (Math.imul(x ^ (x >>> 7), 0x85ebca6b) + 13) | 0
    x = (Math.imul(x ^ (x >>> 8), 0x85ebca6d) + 990) | 0
    x = (Math.imul(x ^ (x >>> 9), 0x85ebca6f) + 1967) | 0
    x = (Math.imul(x ^ (x >>> 10), 0x85ebca71) + 2944) | 0
    x = (Math.imul(x ^ (x >>> 11), 0x85ebca73) + 3921) | 0
    x = (Math.imul(x ^ (x >>> 12), 0x85ebca75) + 4898) | 0
    x = (Math.imul(x ^ (x >>> 13), 0x85ebca77) + 5875) | 0
    x = (Math.imul(x ^ (x >>> 14), 0x85ebca79) + 6852) | 0
    x = (Math.imul(x ^ (x >>> 15), 0x85ebca7b) + 7829) | 0
    x = (Math.imul(x ^ (x >>> 16), 0x85ebca7d) + 8806) | 0
    x = (Math.imul(x ^ (x >>> 17), 0x85ebca7f) + 9783) | 0
    x = (Math.imul(x ^ (x >>> 7), 0x85ebca81) + 10760) | 0
    x = (Math.imul(x ^ (x >>> 8), 0x85ebca83) + 11737) | 0
    x = (Math.imul(x ^ (x >>> 9), 0x85ebca85) + 12714) | 0
    x = (Math.imul(x ^ (x >>> 10), 0x85ebca87) + 13691) | 0
    x = (Math.imul(x ^ (x >>> 11), 0x85ebca89) + 14668) | 0
    x = (Math.imul(x ^ (x >>> 12), 0x85ebca8b) + 15645) | 0
    x = (Math.imul(x ^ (x >>> 13), 0x85ebca8d) + 16622) | 0
    x = (Math.imul(x ^ (x >>> 14), 0x85ebca8f) + 17599) | 0
    x = (Math.imul(x ^ (x >>> 15), 0x85ebca91) + 18576) | 0
    x = (Math.imul(x ^ (x >>> 16), 0x85ebca93) + 19553) | 0
    x = (Math.imul(x ^ (x >>> 17), 0x85ebca95) + 20530) | 0
    x = (Math.imul(x ^ (x >>> 7), 0x85ebca97) + 21507) | 0
    x = (Math.imul(x ^ (x >>> 8), 0x85ebca99) + 22484) | 0
  }
  return x >>> 1
}

/** Records of the burnt work, and the threads it is dealt to. */
export interface ThreadsRun {
  readonly records: number
  readonly rounds: number
  readonly threads: number
}
