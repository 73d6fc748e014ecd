/** Where the last of the windows begins that begin every `every` milliseconds and hold `time`, or 0 away from it. */
export function lastStart(time: number, every: number, offset: number): number {
  return Math.floor((time - offset) / every) * every + offset
}

/** Where all windows begin that hold `time`, the first first. */
export function windowStarts(time: number, size: number, every: number, offset: number): number[] {
  const starts: number[] = []
  for (let start = lastStart(time, every, offset); start > time - size; start -= every) starts.push(start)
  return starts.reverse()
}
