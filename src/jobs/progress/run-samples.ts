import type { JobProgress } from '../../runtime/metrics/job-metrics.ts'
import { roundedRate } from './estimate.ts'

/** Samples that are kept of a run. */
const MOST_SAMPLES = 32
/** Milliseconds between those that are kept, so that they cover half a minute. */
const SPACING = 1000
/** Milliseconds that a rate is taken over at least: what comes in a burst says nothing of it. */
const SHORTEST = 250

/** The counts of one moment. */
interface Sample {
  /** By the monotonic clock. */
  readonly at: number
  readonly elapsedMs: number
  readonly read: number
  /** By node. */
  readonly sources: ReadonlyMap<string, number>
  /** By node: records in, or out of a source. */
  readonly operators: ReadonlyMap<string, number>
}

/** What a job's process has told since it began, as far as rates need it. */
export class RunSamples {
  #newest: JobProgress
  #samples: Sample[] = []

  constructor(first: JobProgress, at: number) {
    this.#newest = first
    this.add(first, at)
  }

  get newest(): JobProgress {
    return this.#newest
  }

  /** When that came, by the monotonic clock. */
  get newestAt(): number {
    return this.#samples.at(-1)!.at
  }

  add(progress: JobProgress, at: number): void {
    const { elapsedMs, read } = progress
    const last = this.#samples.at(-1)
    // It was restarted within its process, and counts anew.
    if (last !== undefined && (elapsedMs < last.elapsedMs || read < last.read)) this.#samples = []
    // The newest is always the last, the others have their distance.
    const before = this.#samples.at(-2)
    if (before !== undefined && at - before.at < SPACING) this.#samples.pop()
    else if (this.#samples.length === MOST_SAMPLES) this.#samples.shift()
    this.#samples.push(sampleOf(progress, at))
    this.#newest = progress
  }

  /** Records that sources gave in a second; null before that is known. So are the others. */
  readRate(): number | null {
    return this.#rate(({ read }) => read)
  }

  sourceRate(node: string): number | null {
    return this.#rate(({ sources }) => sources.get(node))
  }

  operatorRate(node: string): number | null {
    return this.#rate(({ operators }) => operators.get(node))
  }

  #rate(count: (sample: Sample) => number | undefined): number | null {
    const [first, last] = [this.#samples[0]!, this.#samples.at(-1)!]
    const elapsed = last.at - first.at
    const [before, after] = [count(first), count(last)]
    if (elapsed < SHORTEST || before === undefined || after === undefined) return null
    return roundedRate(Math.max(0, ((after - before) * 1000) / elapsed))
  }
}

function sampleOf({ elapsedMs, read, sources, nodes }: JobProgress, at: number): Sample {
  return {
    at,
    elapsedMs,
    read,
    sources: new Map(sources.map(({ node, done }) => [node, done])),
    operators: new Map(nodes.map((node) => [node.id, node.kind === 'source' ? node.out : node.in])),
  }
}
