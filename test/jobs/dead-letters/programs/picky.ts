import { existsSync } from 'node:fs'
import { join } from 'node:path'
import process from 'node:process'
import { setTimeout as delay } from 'node:timers/promises'
import { writeLines } from '../../../../src/connectors/files/index.ts'
import {
  END,
  fixedDelay,
  insideJob,
  RemoteEnvironment,
  type RemoteEnvironmentOptions,
  valueState,
} from '../../../../src/index.ts'

export interface PickySettings {
  /** Folder where `mended` and `done` are looked for, and `out` is written to. */
  readonly folder: string
  readonly records: number
}

/** Gives numbers, then -1 again and again until the file `done` is there. */
class Numbers {
  readonly #settings: PickySettings
  #at = 0

  constructor(settings: PickySettings) {
    this.#settings = settings
  }

  async next(): Promise<number | typeof END> {
    await delay(2)
    if (this.#at < this.#settings.records) return this.#at++
    return existsSync(join(this.#settings.folder, 'done')) ? END : -1
  }

  snapshot(): number {
    return this.#at
  }

  restore(at: unknown): void {
    this.#at = at as number
  }
}

/** Gives up every third number until the file `mended` is there; writes each number, and how often it has seen it. */
export function picky(settings: PickySettings, options: RemoteEnvironmentOptions = {}): RemoteEnvironment {
  const env = new RemoteEnvironment('picky', {
    checkpoints: { interval: 20 },
    restart: fixedDelay({ attempts: Infinity, delay: 10 }),
    ...options,
    entry: import.meta.url,
    argv: [JSON.stringify(settings)],
  })
  env
    .fromSource<number>(new Numbers(settings), { name: 'numbers' })
    .map(
      async (n) => {
        if (n % 3 === 0 && !existsSync(join(settings.folder, 'mended'))) throw new Error(`not ${n}`)
        return n
      },
      { name: 'picky', onError: 'dead-letter', concurrency: 4 },
    )
    .filter((n) => n >= 0)
    .keyBy((n) => n)
    .map({
      state: { seen: valueState(0) },
      map(n: number, { state }) {
        state.seen.update((count) => count + 1)
        return `${n} ${state.seen.get()}`
      },
    })
    .sink(writeLines({ directory: join(settings.folder, 'out') }))
  return env
}

if (insideJob()) await picky(JSON.parse(process.argv[2]!) as PickySettings).submit({ autostop: true })
