// A service in a process of its own: what burns CPU, leaks or crashes does so there. It is called as any other. Here its
// process is killed in the middle of the run: it is started again, and the job comes to the right end.
//
//   node --import tsx examples/remote-services.ts

import { LocalEnvironment, type ServiceContext } from '../src/index.ts'

class Factoriser {
  // Calls that one process bears at once.
  static readonly concurrency = 2
  #ctx!: ServiceContext

  setup(ctx: ServiceContext): void {
    this.#ctx = ctx
  }

  pid(): number {
    return process.pid
  }

  factors(n: number): number[] {
    if (!Number.isSafeInteger(n) || n < 1) throw new RangeError(`${n} has no factors`)
    const found: number[] = []
    for (let by = 2, left = n; left > 1; by++) {
      for (; left % by === 0; left /= by) found.push(by)
    }
    return found
  }

  cleanup(): void {
    this.#ctx.logger.info('cleaned up')
  }
}

const logger = { ...console, info: (message: string) => console.log(message), warn: () => {} }

// The program is loaded once more in that process, and runs there up to the `submit`; what it prints on the way is printed
// once, here.
console.log('factors of large numbers')
const env = new LocalEnvironment('factors', { logger }).registerService('factoriser', Factoriser, {
  remote: true,
  restarts: 5,
  cleanupTimeout: 5_000,
})

let seen = 0
const results = env
  .fromBatch([360, 9_699_690, 600_851_475_143, 1_000_003, 7_919, 123_456])
  .map(
    async (n, ctx) => {
      const factoriser = ctx.service('factoriser')
      if (++seen === 3) process.kill(await factoriser.pid(), 'SIGKILL')
      return { n, factors: await factoriser.factors(n) }
    },
    // A call that was in flight fails, and may be made again.
    { name: 'factors', concurrency: 4, onError: { retry: { attempts: 3 } } },
  )
  .collect()

const { status, services } = await env.submit({ autostop: true })

for (const { n, factors } of results.values) console.log(`${n} = ${factors.join(' * ')}`)
console.log(status, services[0])
