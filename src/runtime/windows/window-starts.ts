/** Where the last of the windows begins that hold `time`, if one begins every `every` milliseconds, `offset` from 0. */
export function lastStart(time: number, every: number, offset: number): number {
  return Math.floor((time - offset) / every) * every + offset
}

/** Where the first of them begins that lasts `size` milliseconds. */
export function firstStart(time: number, size: number, every: number, offset: number): number {
  return lastStart(time - size, every, offset) + every
}
