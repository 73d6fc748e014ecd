import { LocalEnvironment, type ServiceContext } from '../../../../src/index.ts'
import { range, turn } from '../../support/run.ts'
import type { BuildPipeline } from './pipeline.ts'

class PriceError extends RangeError {
  override readonly name = 'PriceError'
  readonly status = 402
}

type Told = PriceError & { readonly code?: string; readonly operator?: string; readonly cause?: Error }

/** What calls that waited were told in the end, in the process of the job. */
export const givenUp: string[] = []

class Prices {
  #ctx!: ServiceContext

  setup(ctx: ServiceContext): void {
    this.#ctx = ctx
  }

  async price(n: number): Promise<number> {
    await turn()
    return n * 2
  }

  refuse(n: number): never {
    throw new PriceError(`no price for ${n}`, { cause: new TypeError('it has none') })
  }

  wait(what: string): Promise<never> {
    const signal = this.#ctx.callSignal()
    return new Promise((_, reject) => {
      signal.addEventListener('abort', () => {
        givenUp.push(what)
        reject(signal.reason as Error)
      })
    })
  }
}

/** Calls of a service that is where the job is, each in one of the ways they may go. */
export const calling: BuildPipeline = (options) => {
  const env = new LocalEnvironment('calling', options).registerService('prices', Prices)
  const told = env.fromBatch(range(40)).map(
    async (n, ctx) => {
      try {
        switch (n % 6) {
          case 0:
          case 1:
            return await ctx.service('prices').price(n)
          case 2:
            return await ctx.service('prices').refuse(n)
          case 3:
            return await ctx.callService('prices', 'wait', ['timeout'], { timeout: 5 })
          case 4: {
            const own = new AbortController()
            void turn().then(() => own.abort(new EvalError('of no use any more')))
            return await ctx.callService('prices', 'wait', ['signal'], { signal: own.signal })
          }
          default:
            return await ctx.callService(n < 20 ? 'prizes' : 'prices', 'prise', [n])
        }
      } catch (thrown) {
        const { name, message, code, operator, status, cause } = thrown as Told
        const kind = [RangeError, EvalError].find((one) => thrown instanceof one)?.name
        return { n, name, message, code, operator, status, kind, cause: cause?.message }
      }
    },
    { name: 'ask', concurrency: 4 },
  )
  return { env: env as unknown as LocalEnvironment, seen: { told: told.collect() } }
}
