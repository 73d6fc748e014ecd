import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { END } from '../../src/functions/user-functions.ts'
import { LocalEnvironment } from '../../src/environment/local-environment.ts'
import { FileCheckpointStore } from '../../src/storage/file-checkpoint-store.ts'
import { report } from '../report/channel.ts'

export interface CheckpointReport {
  readonly seconds: number
  readonly checkpoints: number
  readonly nanosecondsPerRecord: number
}

const { values } = parseArgs({
  options: {
    records: { type: 'string', default: '400000000' },
    interval: { type: 'string', default: '1000' },
    checkpoints: { type: 'boolean', default: false },
  },
})

const KEYS = 50_000
const words = Array.from({ length: KEYS }, (_, i) => `word ${String((i * 7919) % KEYS)}`)

/** Words in turn, replayable: the source of both runs, so that only the checkpoints differ. */
class Words {
  #given = 0
  readonly #total: number

  constructor(total: number) {
    this.#total = total
  }

  next(): string | typeof END {
    if (this.#given === this.#total) return END
    return words[this.#given++ % KEYS] as string
  }

  snapshot(): number {
    return this.#given
  }

  restore(position: number): void {
    this.#given = position
  }
}

const run = async (total: number, checkpointed: boolean): Promise<CheckpointReport> => {
  const folder = await mkdtemp(join(tmpdir(), 'millrace-bench-'))
  let completed = 0
  const store = new FileCheckpointStore(folder)
  const counting = {
    claim: async (job: string) => {
      const claimed = await store.claim(job)
      const begin = claimed.begin.bind(claimed)
      claimed.begin = async (...args) => {
        const writer = await begin(...args)
        const commit = writer.commit.bind(writer)
        writer.commit = async (manifest) => {
          const summary = await commit(manifest)
          completed++
          return summary
        }
        return writer
      }
      return claimed
    },
    open: (location: string) => store.open(location),
  }
  const env = new LocalEnvironment('words', {
    ...(checkpointed
      ? { checkpoints: { store: counting, interval: Number(values.interval), retain: 1 } }
      : {}),
  })
  env
    .fromSource(new Words(total))
    .keyBy((word) => word)
    .count()
    .sink(() => {})
  const start = performance.now()
  await env.submit({ autostop: true })
  const elapsed = performance.now() - start
  await rm(folder, { recursive: true, force: true })
  return { seconds: elapsed / 1000, checkpoints: completed, nanosecondsPerRecord: (elapsed * 1e6) / total }
}

// Once in small: compiling is not what is asked about.
await run(2_000_000, values.checkpoints)
report(await run(Number(values.records), values.checkpoints))
