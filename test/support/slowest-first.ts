import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import { dirname } from 'node:path'
import process from 'node:process'

const cache = 'node_modules/.cache/millrace-test/times.json'

/** Folders whose files take long, for where none has been timed yet: they start processes, servers, or compilers. */
const slow = ['cli', 'connectors/files', 'examples', 'jobs', 'process', 'remote', 'support-tests', 'types']

/** What a file is taken to need that has not been timed, in milliseconds. */
const guess = (file: string): number =>
  slow.some((folder) => file.startsWith(`test/${folder}/`)) ? 10_000 : 500

/** So that no run ends with one long file alone. */
export function slowestFirst(files: readonly string[]): string[] {
  const times = readTimes()
  const timeOf = (file: string): number => times[file] ?? guess(file)
  return files.toSorted((a, b) => timeOf(b) - timeOf(a))
}

/** Keeps how long files took, for the order of the next run. */
export function keepTimes(
  results: readonly { readonly file: string; readonly milliseconds: number }[],
): void {
  const times = readTimes()
  for (const { file, milliseconds } of results) times[file] = Math.round(milliseconds)
  mkdirSync(dirname(cache), { recursive: true })
  // Other runs may do the same now.
  const made = `${cache}.${process.pid}`
  writeFileSync(made, JSON.stringify(times))
  renameSync(made, cache)
}

function readTimes(): Record<string, number> {
  try {
    return JSON.parse(readFileSync(cache, 'utf8')) as Record<string, number>
  } catch {
    return {}
  }
}
