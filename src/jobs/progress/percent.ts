/** From 0 to 100, with one decimal; null where there is no total. A hundred is all of it, and nothing less. */
export function percentOf(done: number, total: number): number | null {
  if (!(total > 0) || !(done >= 0)) return null
  if (done >= total) return 100
  return Math.min(99.9, Math.round((done / total) * 1000) / 10)
}
