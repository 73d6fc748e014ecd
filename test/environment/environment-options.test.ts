import { availableParallelism } from 'node:os'
import * as assert from 'uvu/assert'
import { InvalidArgumentError } from '../../src/errors/invalid-argument-error.ts'
import {
  type EnvironmentOptions,
  resolveEnvironmentOptions,
} from '../../src/environment/environment-options.ts'
import { silentLogger } from '../../src/functions/logger.ts'
import { realClock, realRandom } from '../../src/time/real-clock.ts'
import { thrown, untyped } from '../stream/recorded.ts'
import { suite } from '../support/suite.ts'

suite('resolveEnvironmentOptions', (test) => {
  test('fills in the defaults', () => {
    assert.equal(resolveEnvironmentOptions('env'), {
      parallelism: 1,
      chunkSize: 1024,
      edgeCapacity: 2,
      sliceMs: 8,
      callTimeout: 10_000,
      teardownTimeout: 5_000,
      startTimeout: 30_000,
      stopTimeout: 5_000,
      latencyInterval: undefined,
      logger: silentLogger,
      freezeShared: true,
      keepOnFailure: false,
      restart: { type: 'none' },
      checkpoints: null,
      placement: 'process',
      threads: {
        count: availableParallelism(),
        schedule: 'least-loaded',
        heartbeatTimeout: 30_000,
        onUnresponsive: 'fail',
        memoryMb: undefined,
      },
      clock: realClock,
      entry: undefined,
      argv: undefined,
      random: realRandom,
    })
  })

  test('does not freeze shared records in production, unless told', ({ cleanup }) => {
    const before = process.env['NODE_ENV']
    cleanup(() => {
      if (before === undefined) delete process.env['NODE_ENV']
      else process.env['NODE_ENV'] = before
    })
    process.env['NODE_ENV'] = 'production'
    assert.is(resolveEnvironmentOptions('env').freezeShared, false)
    assert.is(resolveEnvironmentOptions('env', { freezeShared: true }).freezeShared, true)
  })

  test('takes what it is given', () => {
    const given = {
      parallelism: 4,
      chunkSize: 1,
      edgeCapacity: 1,
      sliceMs: 0.5,
      callTimeout: Infinity,
      teardownTimeout: 1,
      startTimeout: 3,
      stopTimeout: 2,
      freezeShared: false,
      keepOnFailure: true,
      placement: 'thread',
      threads: {
        count: 3,
        schedule: 'round-robin',
        heartbeatTimeout: 9,
        onUnresponsive: 'warn',
        memoryMb: 64,
      },
      entry: 'job.ts',
      argv: ['--fast'],
      latencyInterval: 100,
    } satisfies EnvironmentOptions
    const {
      logger: _,
      clock: __,
      restart: ___,
      checkpoints: ____,
      random: _____,
      ...rest
    } = resolveEnvironmentOptions('env', given)
    assert.equal(rest, given)
  })

  test('has latency measured not at all, or not too often', () => {
    const given = (latencyInterval: unknown): unknown =>
      resolveEnvironmentOptions('env', untyped({ latencyInterval })).latencyInterval
    assert.equal([0, false, 100, 1_000].map(given), [0, false, 100, 1_000])
    for (const wrong of [99, -1, NaN, Infinity, true, '200', null]) {
      const error = thrown(() => given(wrong))
      assert.instance(error, InvalidArgumentError)
      assert.match(error.message, /^latencyInterval is /)
    }
  })

  test('makes a logger of the console', () => {
    const lines: unknown[][] = []
    const log = (...line: unknown[]): void => void lines.push(line)
    const { logger } = resolveEnvironmentOptions('env', {
      logger: { debug: log, info: log, warn: log, error: log },
    })
    logger.child({ a: 1 }).warn('careful', { b: 2 })
    assert.equal(lines, [['careful', { b: 2 }]])
    assert.type(resolveEnvironmentOptions('env', { logger: console }).logger.child, 'function')
  })

  test('refuses what can never work, naming the option and the environment', () => {
    const integers = ['parallelism', 'chunkSize', 'edgeCapacity']
    const times = ['sliceMs', 'callTimeout', 'teardownTimeout', 'stopTimeout']
    for (const option of [...integers, ...times]) {
      for (const value of [0, -1, NaN, '1', -Infinity]) {
        const error = thrown(() => resolveEnvironmentOptions('env', untyped({ [option]: value })))
        assert.instance(error, InvalidArgumentError)
        assert.match(error.message, new RegExp(`^${option} must be`))
        assert.is(error.operator, 'env')
      }
    }
    assert.instance(
      thrown(() => resolveEnvironmentOptions('env', untyped(3))),
      InvalidArgumentError,
    )
    assert.instance(
      thrown(() => resolveEnvironmentOptions('env', { logger: untyped({}) })),
      InvalidArgumentError,
    )
  })
})
