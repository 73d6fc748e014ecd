import { appendFileSync, existsSync, writeFileSync } from 'node:fs'
import process from 'node:process'
import { END, HostedEnvironment, MemoryCheckpointStore } from '../../process/hosted-environment.ts'

export interface Ledger {
  readonly limit: number
  /** Gets the sum and the count of each of three keys: right if every number was there once. */
  readonly file: string
  /** What happens at number 150. `wait`: nothing, until the file `go-on` is in its folder. */
  readonly trouble?: string | undefined
}

/** Counts up to a limit. */
export function ledger({ limit, file, trouble }: Ledger): HostedEnvironment {
  class Count {
    #next = 0

    async next(): Promise<number | typeof END> {
      do await new Promise((resolve) => setTimeout(resolve, 2))
      while (trouble === 'wait' && this.#next === 150 && !existsSync('go-on'))
      return this.#next < limit ? this.#next++ : END
    }

    snapshot(): number {
      return this.#next
    }

    restore(saved: number): void {
      this.#next = saved
    }
  }

  const checkpoints = { store: new MemoryCheckpointStore(), interval: 20 }
  const env = new HostedEnvironment('ledger', { checkpoints })
  env
    .fromSource(Count)
    .tap(
      (n) => {
        if (n === 100) console.log('at 100')
        if (n === 150 && trouble === 'abort') once(() => process.abort())
        if (n === 150 && trouble === 'kill') once(() => process.kill(process.pid, 'SIGKILL'))
        if (n === 150 && trouble === 'exit') once(() => process.exit(7))
        if (n === 150 && trouble === 'spin') once(spin)
        if (n === 150 && trouble === 'throw') throw new RangeError('no 150')
      },
      { name: 'watch' },
    )
    .keyBy((n) => n % 3)
    .aggregate({
      create: () => ({ sum: 0, count: 0 }),
      add: (state: { sum: number; count: number }, n: number) => ({
        sum: state.sum + n,
        count: state.count + 1,
      }),
      result: (state) => state,
    })
    .sink((total) => appendFileSync(file, `${JSON.stringify(total)}\n`))
  return env
}

/** Once in the life of the job. */
function once(work: () => void): void {
  if (existsSync('troubled')) return
  writeFileSync('troubled', '')
  work()
}

function spin(): never {
  for (;;);
}
