import { END, LocalEnvironment, type OperatorContext, TerminalError } from '../../../../src/index.ts'
import { turn } from '../../support/run.ts'
import type { BuildPipeline } from './pipeline.ts'

/** Numbers from 0, a few at a time. */
class Numbers {
  readonly #count: number
  #next = 0

  constructor(count: number) {
    this.#count = count
  }

  open(ctx: OperatorContext): void {
    ctx.logger.info('source opened')
  }

  next(): number | typeof END | Promise<number> {
    if (this.#next === this.#count) return END
    const value = this.#next++
    return value % 4 === 0 ? turn().then(() => value) : value
  }
}

class PriceError extends RangeError {
  override readonly name = 'PriceError'
  readonly status = 402
}

/** Sent from one thread to another, and on to the process. Settings: `count`, `take`, `fails`, `at`, `letters`. */
export const endless: BuildPipeline = (options, { count, take, fails, at = 40, letters = false }) => {
  const env = new LocalEnvironment('endless', { threads: { count: 2 }, chunkSize: 8, ...options })
  const fail = (place: string, record?: number): void => {
    if (fails !== place || (record !== undefined && record !== at)) return
    throw new PriceError(`no price ${place}`, { cause: new TypeError('it has none') })
  }
  class Source extends Numbers {
    constructor() {
      super(typeof count === 'number' ? count : Infinity)
    }
  }
  const work = env.fromSource<number>(Source, { name: 'source', placement: { thread: 0 } }).map(
    {
      open: () => fail('open'),
      map: async (n) => {
        if (n % 16 === 0) await turn()
        fail('map', n)
        if (fails === 'terminal' && n === at) throw new TerminalError('that is enough')
        if (fails === 'function' && n === at) return { n, more: () => {} } as never
        if (letters === true && n % 10 === 3) throw new PriceError(`no price for ${n}`)
        return n
      },
      end: () => fail('end'),
      close: () => fail('close'),
    },
    {
      name: 'work',
      placement: { thread: 1 },
      onError: letters === true ? 'dead-letter' : { retry: { attempts: 1 } },
    },
  )
  const passed = typeof take === 'number' ? work.take(take, { name: 'take' }) : work
  const back = passed.map((n) => n, { name: 'back', placement: { thread: 0 } })
  return {
    env,
    seen: {
      passed: back.collect(),
      counted: back
        .keyBy((n) => n % 5)
        .count({ name: 'count', placement: { thread: 1 }, parallelism: 2 })
        .collect(),
    },
  }
}
