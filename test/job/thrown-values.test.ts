import * as assert from 'uvu/assert'
import type { LocalEnvironment } from '../../src/environment/local-environment.ts'
import { InvalidGraphError } from '../../src/errors/invalid-graph-error.ts'
import { OperatorError } from '../../src/errors/operator-error.ts'
import { suite } from '../support/suite.ts'
import { boom, fail } from './failing.ts'
import { createEnvironment, failureOf, rejectionOf } from './jobs.ts'

suite('what is thrown', (test) => {
  const hostile = {
    get message(): string {
      throw new Error('no message')
    },
    toString(): string {
      throw new Error('no text')
    },
  }
  const badError = new Error('x')
  Object.defineProperty(badError, 'message', { get: () => fail() })
  const values: [string, unknown][] = [
    ['a string', 'plain'],
    ['undefined', undefined],
    ['null', null],
    ['a number', 0],
    ['a symbol', Symbol('s')],
    ['a frozen object', Object.freeze({ reason: 1 })],
    ['a frozen error', Object.freeze(new Error('frozen'))],
    ['an object without a prototype', Object.create(null)],
    ['an object that cannot be shown', hostile],
    ['an error whose message throws', badError],
  ]
  for (const [what, value] of values) {
    test(`${what} is the cause as it is`, async () => {
      const throwIt = (): never => {
        throw value
      }
      const appenders: ((env: LocalEnvironment) => unknown)[] = [
        (env) => env.fromBatch([1]).map(throwIt, { name: 'op' }).collect(),
        (env) =>
          env
            .fromBatch([1])
            .map(async () => throwIt(), { name: 'op', concurrency: 2 })
            .collect(),
        (env) => env.fromSource(throwIt, { name: 'op' }).collect(),
        (env) =>
          env
            .fromBatch([1])
            .map({ map: (n: number) => n, open: throwIt }, { name: 'op' })
            .collect(),
        (env) =>
          env
            .fromBatch([1])
            .map({ map: (n: number) => n, close: throwIt }, { name: 'op' })
            .collect(),
      ]
      for (const append of appenders) {
        const env = createEnvironment()
        append(env)
        const error = await failureOf(env.submit({ autostop: true }))
        assert.is(error.operator, 'op')
        assert.is(error.cause, value)
        assert.type(error.message, 'string')
      }
    })
  }

  test('a record that cannot be shown does not hide the error', async () => {
    const env = createEnvironment()
    const record = new Proxy({}, { get: fail, ownKeys: fail, getPrototypeOf: fail })
    env.fromBatch([record]).map(fail, { name: 'op' }).collect()
    const error = await failureOf(env.submit({ autostop: true }))
    assert.is(error.cause, boom)
    assert.type(error.record, 'string')
  })
})

suite('a pipeline that cannot run', (test) => {
  test('rejects at submit, and says what to do', async () => {
    const empty = createEnvironment()
    const noSink = createEnvironment()
    noSink.fromBatch([1]).map((n) => n)
    const future = createEnvironment()
    future.fromFuture<number>('again').collect()
    future.fromBatch([1]).collect()
    for (const env of [empty, noSink, future]) {
      for (const options of [{ autostop: true } as const, {}]) {
        const error = await rejectionOf(env.submit(options as never))
        assert.instance(error, InvalidGraphError)
        assert.ok((error as InvalidGraphError).remedy)
      }
      assert.is(env.status, 'pending')
      await env.stop()
    }
  })

  test('never throws synchronously', async () => {
    const env = createEnvironment()
    for (const wrong of [null, 3, 'x', { signal: 3 }]) {
      const submitted = env.submit(wrong as never)
      assert.instance(submitted, Promise)
      await rejectionOf(submitted)
    }
  })

  test('an error of the library keeps its code as the cause', async () => {
    const env = createEnvironment()
    env.fromBatch([1, 2, 3]).collect({ capacity: 2 })
    const error = await failureOf(env.submit({ autostop: true }))
    assert.is((error.cause as { code?: string }).code, 'ERR_COLLECT_OVERFLOW')
    assert.not.instance(error.cause, OperatorError)
    assert.is(error.result.nodes[1]!.failed, 1)
  })
})
