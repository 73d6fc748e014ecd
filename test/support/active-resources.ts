import process from 'node:process'

const count = (names: readonly string[]): Map<string, number> => {
  const counts = new Map<string, number>()
  for (const name of names) counts.set(name, (counts.get(name) ?? 0) + 1)
  return counts
}

// Reading the streams opens their handles, so that they belong to the baseline.
void process.stdout
void process.stderr
const baseline = count(process.getActiveResourcesInfo())

/** Names what keeps this process alive apart from what was there at the start, such as `Timeout x2`. */
export const activeResources = (): string[] => {
  const names: string[] = []
  for (const [name, now] of count(process.getActiveResourcesInfo())) {
    const extra = now - (baseline.get(name) ?? 0)
    if (extra > 0) names.push(`${name} x${extra}`)
  }
  return names
}
