import { existsSync, writeFileSync } from 'node:fs'
import process from 'node:process'
import {
  END,
  type EnvironmentOptions,
  FileCheckpointStore,
  fixedDelay,
  LocalEnvironment,
  type PullSource,
} from '../../../../src/index.ts'

/** What goes wrong in a thread, once: it leaves a file behind, by which it knows. */
export interface Mishap {
  readonly at: number
  readonly how: 'exit' | 'uncaught' | 'throw' | 'loop' | 'fill'
  /** A file. */
  readonly once: string
}

export interface WordCountSettings {
  readonly records: number
  readonly keys: number
  readonly parallelism: number
  readonly placement: 'process' | 'thread'
  /** The source has no more than this many records for now. */
  readonly holdAt?: number
  readonly mishap?: Mishap
  /** Folder of its checkpoints. */
  readonly checkpoints?: string
  /** Restarts at most; default none. */
  readonly restarts?: number
  readonly threads?: NonNullable<EnvironmentOptions['threads']>
}

/** From 0 on; from `holdAt` on nothing comes until the job ends. */
export class Numbers implements PullSource<number> {
  readonly #records: number
  readonly #holdAt: number
  #next = 0

  constructor(records: number, holdAt: number) {
    this.#records = records
    this.#holdAt = holdAt
  }

  async next({ signal }: { readonly signal: AbortSignal }): Promise<number | typeof END> {
    if (this.#next === this.#holdAt) {
      await new Promise((resolve) => signal.addEventListener('abort', resolve, { once: true }))
    }
    return this.#next === this.#records ? END : this.#next++
  }

  snapshot(): number {
    return this.#next
  }

  restore(next: unknown): void {
    this.#next = next as number
  }
}

const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve))

/** Counts by key: records are read in the process, and counted in threads. */
export function wordCounts(
  {
    records,
    keys,
    parallelism,
    placement,
    mishap,
    checkpoints,
    restarts = 0,
    threads = {},
    holdAt = Infinity,
  }: WordCountSettings,
  options: EnvironmentOptions = {},
): {
  readonly env: LocalEnvironment
  readonly counts: { readonly values: readonly (readonly [unknown, number])[] }
} {
  const env = new LocalEnvironment('word counts', {
    chunkSize: 16,
    threads,
    ...(restarts > 0 && { restart: fixedDelay({ attempts: restarts, delay: 1 }) }),
    ...(checkpoints !== undefined && {
      checkpoints: { store: new FileCheckpointStore(checkpoints), interval: 20 },
    }),
    ...options,
  })
  const counts = env
    .fromSource(new Numbers(records, holdAt), { name: 'numbers' })
    .map(
      async (n) => {
        if (n % 8 === 0) await turn()
        if (mishap !== undefined && n === mishap.at && !existsSync(mishap.once)) {
          writeFileSync(mishap.once, '')
          happen(mishap.how)
        }
        return n
      },
      { name: 'look', placement, parallelism },
    )
    .keyBy((n) => n % keys)
    .count({ name: 'count', uid: 'count', placement, parallelism })
    .collect()
  return { env, counts }
}

function happen(how: Mishap['how']): void {
  switch (how) {
    case 'exit':
      process.exit(3)
      break
    case 'uncaught':
      setImmediate(() => {
        throw new RangeError('nobody caught this')
      })
      break
    case 'throw':
      throw new TypeError('the record is bad')
    case 'loop':
      for (;;) if (Math.random() > 2) break
      break
    case 'fill': {
      const hoard: unknown[] = []
      for (;;) hoard.push(Array.from({ length: 10_000 }, (_, n) => ({ n })))
    }
  }
}

export const countsOf = ({ records, keys }: WordCountSettings): readonly (readonly [number, number])[] =>
  Array.from({ length: keys }, (_, key) => [key, Math.ceil((records - key) / keys)] as const)
