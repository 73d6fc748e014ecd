/** How often each key of the second stage is counted, of so many numbers in each of two subtasks. */
export function expected(records: number): readonly (readonly [number, number])[] {
  const counts = new Map<number, number>()
  for (let n = 0; n < records; n++) {
    const key = (n % 101) % 7
    counts.set(key, (counts.get(key) ?? 0) + 2 * (n % 3 === 0 ? 2 : 1))
  }
  return [...counts].sort(([a], [b]) => a - b)
}
