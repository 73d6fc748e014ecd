import type { JobResult, NodeResult } from '../job/job-result.ts'

/** What a job that never ends has come to. */
export interface Standstill {
  /** The books, from a cancelled job: what is unfinished in them is what was held. */
  readonly nodes: JobResult['nodes']
  /** Diagrams of sources that are still subscribed to. */
  readonly listening: readonly string[]
  /** Streams with an expectation that are not complete. */
  readonly incomplete: readonly string[]
}

/** Who holds a job up, one line each. */
export function describeWaiting({ nodes, listening, incomplete }: Standstill): string {
  const lines = [
    ...nodes.filter(({ unfinished }) => unfinished > 0).map(describeHolder),
    ...nodes.filter(({ kind }) => kind === 'source').map(describeSource),
    ...listening.map((marbles) => `the source "${marbles}" is still subscribed to`),
    ...incomplete.map((name) => `expectStream(${name}) is not complete`),
  ]
  return lines.map((line) => `  - ${line}`).join('\n')
}

function describeHolder({ name, kind, in: taken, out, unfinished }: NodeResult): string {
  return `${kind} '${name}' waits with ${records(unfinished)} in hand: ${taken} in, ${out} out`
}

function describeSource({ name, out }: NodeResult): string {
  return `source '${name}' has given ${records(out)}`
}

function records(count: number): string {
  return count === 1 ? '1 record' : `${count} records`
}
