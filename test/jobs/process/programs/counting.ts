import { END, HostedEnvironment, MemoryCheckpointStore } from '../hosted-environment.ts'

const limit = Number(process.argv[2] ?? Infinity)

class Count {
  #next = 0

  async next(): Promise<number | typeof END> {
    await new Promise((resolve) => setTimeout(resolve, 1))
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
const env = new HostedEnvironment('counting', { checkpoints })
env
  .fromSource(Count)
  .tap((n) => {
    if (n % 10 === 0) console.log('at', n)
  })
  .collect()
await env.submit()
