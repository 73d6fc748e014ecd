import { asyncScheduler, delay, filter, lastValueFrom, map, of, type OperatorFunction, toArray } from 'rxjs'
import * as assert from 'uvu/assert'
import { silentLogger } from '../../src/functions/logger.ts'
import type { PipeContext, PipeSource } from '../../src/functions/pipe-context.ts'
import { pipeBuilder } from '../../src/stream/pipe-builder.ts'
import { suite } from '../support/suite.ts'

const context: PipeContext = {
  scheduler: asyncScheduler,
  signal: new AbortController().signal,
  logger: silentLogger,
  subtaskIndex: 3,
  now: () => 42,
}

const run = (...operators: readonly unknown[]): Promise<unknown[]> => {
  const chain = pipeBuilder(operators)(context)
  const source = of<unknown[]>(1, 2, 3)
  return lastValueFrom(chain.reduce((stream, operator) => operator(stream), source).pipe(toArray()))
}

const twice = map((n: number) => n * 2)
const big = filter((n: number) => n > 2)

suite('pipeBuilder', (test) => {
  test('applies operators in order', async () => {
    assert.equal(await run(twice), [2, 4, 6])
    assert.equal(await run(twice, big), [4, 6])
    assert.equal(await run(big, twice), [6])
  })

  test('applies an operator that is a function of its own', async () => {
    const own: OperatorFunction<number, string> = (source) => source.pipe(map((n) => `#${n}`))
    assert.equal(await run(own), ['#1', '#2', '#3'])
  })

  test('gives a single function the context on the source', async () => {
    const seen: unknown[] = []
    const result = await run((source: PipeSource<number>) => {
      const { scheduler, signal, logger, subtaskIndex, now } = source
      seen.push(scheduler, signal, logger, subtaskIndex, now())
      return source.pipe(delay(1, scheduler), twice)
    })
    assert.equal(result, [2, 4, 6])
    assert.equal(seen, [asyncScheduler, context.signal, silentLogger, 3, 42])
  })

  test('applies the operators a function of the context returns', async () => {
    assert.equal(
      await run(({ subtaskIndex }: PipeContext) => [twice, map((n: number) => n + subtaskIndex)]),
      [5, 7, 9],
    )
    assert.equal(await run(() => []), [1, 2, 3])
  })

  test('makes a chain of its own for each subtask', () => {
    let built = 0
    const builder = pipeBuilder([
      (source: PipeSource<number>) => {
        built++
        return source
      },
    ])
    for (const subtaskIndex of [0, 1]) {
      for (const operator of builder({ ...context, subtaskIndex })) operator(of(1)).subscribe()
    }
    assert.is(built, 2)
  })
})
