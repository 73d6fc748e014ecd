import { fileURLToPath } from 'node:url'
import { throwError } from 'rxjs'
import * as assert from 'uvu/assert'
import type { DataStream } from '../../src/stream/data-stream.ts'
import { suite } from '../support/suite.ts'
import { boom, fail, failing } from './failing.ts'
import { createEnvironment, failureOf, hereLine } from './jobs.ts'

suite('an operator that fails', (test) => {
  const item = { id: 7 }
  const record = '{ id: 7 }'
  const unreadable = { [Symbol.iterator]: fail }
  const operators: Record<string, (from: DataStream<{ id: number }>) => unknown> = {
    'map throws': (from) => from.map(fail, { name: 'op' }).collect(),
    'map rejects': (from) => from.map(() => Promise.reject(boom), { name: 'op' }).collect(),
    'pooled map rejects': (from) =>
      from.map(() => Promise.reject(boom), { name: 'op', concurrency: 4 }).collect(),
    'pooled map throws': (from) => from.map(fail, { name: 'op', concurrency: 4 }).collect(),
    'filter throws': (from) => from.filter(fail, { name: 'op' }).collect(),
    'flatMap throws': (from) => from.flatMap(fail, { name: 'op' }).collect(),
    'flatMap returns what cannot be iterated': (from) =>
      from.flatMap(() => unreadable as never, { name: 'op' }).collect(),
    'tap throws': (from) => from.tap(fail, { name: 'op' }).collect(),
    'process throws': (from) => from.process(fail, { name: 'op' }).collect(),
    'sink throws': (from) => from.sink(fail, { name: 'op' }),
    'sink rejects': (from) => from.sink(() => Promise.reject(boom), { name: 'op' }),
    'sink class throws': (from) => from.sink({ write: fail }, { name: 'op' }),
    'keyBy throws': (from) => from.keyBy(fail, { name: 'op' }).count().collect(),
    'scan throws': (from) => from.scan(fail, 0, { name: 'op' }).collect(),
    'comap throws': (from) =>
      from
        .connect(from.filter(() => false))
        .comap([fail, fail], { name: 'op' })
        .collect(),
  }
  for (const [what, append] of Object.entries(operators)) {
    test(what, async () => {
      const env = createEnvironment()
      append(env.fromBatch([item]))
      await failing(env, { operator: 'op', record })
    })
  }

  test('in the generator of a flatMap, also a pooled one', async () => {
    for (const concurrency of [1, 4]) {
      const env = createEnvironment()
      const generate = function* (): Generator<number> {
        yield 1
        throw boom
      }
      const seen = env.fromBatch([item]).flatMap(generate, { name: 'op', concurrency }).collect()
      await failing(env, { operator: 'op', record })
      assert.equal(seen.values, [1])
    }
  })

  test('in reduce, with the second record', async () => {
    const env = createEnvironment()
    env
      .fromBatch([{ id: 1 }, item])
      .reduce(fail, { name: 'op' })
      .collect()
    await failing(env, { operator: 'op', record })
  })

  test('in the result of an aggregate, at the end', async () => {
    const env = createEnvironment()
    const aggregator = { create: () => 0, add: (sum: number) => sum + 1, result: fail }
    env.fromBatch([item]).keyBy(String).aggregate(aggregator, { name: 'op' }).collect()
    await failing(env, { operator: 'op' })
  })

  test('in a join function', async () => {
    const env = createEnvironment()
    const left = env.fromBatch([item]).keyBy(({ id }) => id)
    left
      .join(
        env.fromBatch([item]).keyBy(({ id }) => id),
        fail,
        { name: 'op' },
      )
      .collect()
    await failing(env, { operator: 'op', record })
  })

  test('in an RxJS operator of a pipe', async () => {
    const env = createEnvironment()
    env
      .fromBatch([item])
      .pipe(() => throwError(() => boom), { name: 'op' })
      .collect()
    await failing(env, { operator: 'op' })
  })

  test('is named with the line of the user’s call', async () => {
    const env = createEnvironment()
    const line = hereLine() + 1
    env.fromBatch([item]).map(fail, { name: 'op' }).collect()
    const { site } = await failureOf(env.submit({ autostop: true }))
    assert.is(site?.file, fileURLToPath(import.meta.url))
    assert.is(site?.line, line)
  })
})
