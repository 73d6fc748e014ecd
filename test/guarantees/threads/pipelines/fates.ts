import { type Collected, LocalEnvironment } from '../../../../src/index.ts'
import { range, turn } from '../../support/run.ts'
import type { BuildPipeline } from './pipeline.ts'

class PriceError extends RangeError {
  override readonly name = 'PriceError'
  readonly code = 'ERR_PRICE'
  readonly status = 402
}

const refuse = (rest: number) => async (v: number) => {
  if (v % 7 !== rest) return v
  throw new PriceError(`no price for ${v}`, { cause: new TypeError('it has none') })
}

/** Side outputs, dead letters, records that are skipped or tried again, batches that are flushed at the end. */
export const fates: BuildPipeline = (options) => {
  const env = new LocalEnvironment('fates', options)
  const input = env.fromBatch(range(100))
  const first = input.process<number>(
    async (v, _ctx, out) => {
      if (v % 3 === 0) await turn()
      await out.emit(v)
      if (v % 2 === 0) await out.side('chosen', v)
      await turn()
      if (v % 2 === 0) await out.side('chosen', v + 1000)
    },
    { concurrency: 4 },
  )
  const second = first.process<number>((v, _ctx, out) => void (v < 5 ? out.side('chosen', v) : out.emit(v)))
  let calls = 0
  const kept = input
    .map(refuse(1), { onError: 'dead-letter', concurrency: 3, name: 'to letters' })
    .map((v) => (v % 10 === 4 && calls++ % 3 === 0 ? Promise.reject(new Error('not yet')) : v), {
      onError: { retry: { attempts: 3 } },
      name: 'tries again',
    })
    .filter((v) => refuse(2)(v).then(() => true), {
      onError: { retry: { attempts: 1 }, then: 'dead-letter' },
      name: 'letters in the end',
    })
    .map(refuse(3), { onError: 'skip', name: 'skips' })
  const letters = env.deadLetters<number>()
  const seen: Record<string, Collected<unknown>> = {
    chosen: first.sideOutput<number>('chosen').collect(),
    small: second.sideOutput<number>('chosen').collect(),
    big: second.collect(),
    kept: kept.collect(),
    flushed: kept
      .batch(8)
      .flatMap((batch) => batch)
      .collect(),
    letters: letters
      .map(({ record, operator, attempts, error }) => {
        const { name, message, code, status, cause, stack } = error as PriceError
        const told = { name, message, code, status, cause: String(cause), stack: stack!.includes('fates.ts') }
        const isRange = error instanceof RangeError
        return { record, operator, attempts, isRange, ...told }
      })
      .collect(),
  }
  return { env, seen }
}
