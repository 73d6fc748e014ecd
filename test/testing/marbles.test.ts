import { AssertionError } from 'node:assert'
import * as assert from 'uvu/assert'
import { JobFailedError } from '../../src/index.ts'
import { marbles, type MarbleOptions, type MarbleTest } from '../../src/testing/index.ts'
import { suite } from '../support/suite.ts'

/** The error of a marble test that must not pass. */
async function failing(
  define: (test: MarbleTest) => unknown,
  options?: MarbleOptions,
): Promise<AssertionError & { message: string }> {
  try {
    await marbles(define, options)
  } catch (error) {
    assert.instance(error, AssertionError)
    return error as AssertionError
  }
  throw new Error('the marble test passed')
}

/** Compares texts line by line, apart from the indentation of the test. */
function isText(actual: string, expected: string): void {
  const lines = expected.replace(/^\n/, '').replace(/\n *$/, '').split('\n')
  const indent = Math.min(...lines.flatMap((line) => (line.trim() === '' ? [] : [line.search(/\S/)])))
  assert.fixture(actual.trimEnd(), lines.map((line) => line.slice(indent)).join('\n'))
}

suite('a marble test', (test) => {
  test('resolves to what became of the job', async () => {
    const { result, error, frame } = await marbles(({ env, cold, expectStream }) => {
      expectStream(env.fromObservable(cold('-a-|'))).toBe('-a-|')
    })
    assert.is(result.status, 'completed')
    assert.is(result.durationMs, 3)
    assert.is(error, null)
    assert.is(frame, 3)
  })

  test('awaits an asynchronous definition, and begins after it in frame 0', () =>
    marbles(async ({ env, clock, hot, expectStream }) => {
      await new Promise((resolve) => setImmediate(resolve))
      expectStream(env.fromObservable(hot('a-b|')).map((x) => `${x}${clock.frame}`)).toBe('p-q|', {
        p: 'a0',
        q: 'b2',
      })
    }))

  test('resolves to the error of a job that fails as a diagram says', async () => {
    const { result, error } = await marbles(({ env, cold, expectStream }) => {
      expectStream(env.fromObservable(cold('-#', undefined, new Error('x')))).toBe('-#', undefined, /^x$/)
    })
    assert.is(result.status, 'failed')
    assert.instance(error, JobFailedError)
  })

  test('takes the options of an environment', () =>
    marbles(
      ({ env, cold, expectStream }) => {
        const out = env.fromObservable(cold('a|')).map((_, ctx) => ctx.parallelism)
        expectStream(out).toBe('p|', { p: 3 })
      },
      { parallelism: 3 },
    ))

  test('leaves the notation of RxJS as it found it', async () => {
    const { TestScheduler } = await import('rxjs/testing')
    const before = TestScheduler.frameTimeFactor
    await marbles(({ env, cold, expectStream }) => {
      expectStream(env.fromObservable(cold('a 2s b 1m (c|)'))).toBe('a 1999ms -b 59999ms -(c|)')
    })
    assert.is(TestScheduler.frameTimeFactor, before)
  })

  test('knows how long a diagram is', () =>
    marbles(({ env, time, cold, expectStream }) => {
      assert.is(time('---|'), 3)
      assert.is(time('10ms |'), 10)
      assert.throws(() => time('---'), /"---" has no end/)
      expectStream(env.fromObservable(cold('|'))).toBe('|')
    }))

  test('hears a hot source from its ^ on, and from when it subscribes', () =>
    marbles(({ env, hot, expectStream, expectSubscriptions }) => {
      const source = hot('-a-^-b--c-|')
      expectStream(env.fromObservable(source)).toBe('--b--c-|')
      expectSubscriptions(source).toBe('^------!')
    }))

  test('knows every subscription of a source that is read twice', () =>
    marbles(({ env, cold, expectSubscriptions }) => {
      const source = cold('-a-b|')
      env
        .fromObservable(source)
        .take(1)
        .sink(() => {})
      env.fromObservable(source).sink(() => {})
      expectSubscriptions(source).toBe(['^!', '^---!'])
    }))

  test('what define throws comes through', async () => {
    const error = new Error('in define')
    await marbles(() => {
      throw error
    }).then(
      () => assert.unreachable(),
      (thrown) => assert.is(thrown, error),
    )
  })
})

suite('a marble test that does not pass', (test) => {
  test('shows both diagrams and where they part', async () => {
    const error = await failing(({ env, cold, expectStream }) => {
      expectStream(env.fromObservable(cold('--a-b---c|')).map((x) => x.toUpperCase())).toBe('--A-B-C|')
    })
    isText(
      error.message,
      `
      expectStream(map-1) is another diagram

        expected  --A-B-C|
        actual    --A-B---C|
                        ^ frame 6: expected C, got nothing
      `,
    )
    assert.is(error.expected, '--A-B-C|')
    assert.is(error.actual, '--A-B---C|')
    assert.match(error.stack ?? '', /AssertionError[^]*\n +at .*marbles\.test\.ts:/)
  })

  test('names values that were not expected', async () => {
    const error = await failing(({ env, cold, expectStream }) => {
      const numbers = env.fromObservable(cold('a-b|', { a: 1, b: 2 }))
      expectStream(numbers.map((n) => ({ n }))).toBe('a-b|', { a: { n: 1 }, b: { n: 3 } })
    })
    isText(
      error.message,
      `
      expectStream(map-1) is another diagram

        expected  a-b|
        actual    a-A|
                    ^ frame 2: expected b, got A
        a = { n: 1 }
        b = { n: 3 }
        A = { n: 2 }
      `,
    )
  })

  test('shows subscriptions', async () => {
    const error = await failing(({ env, cold, expectSubscriptions }) => {
      const source = cold('-a-b-|')
      env
        .fromObservable(source)
        .take(1)
        .sink(() => {})
      expectSubscriptions(source).toBe('^----!')
    })
    isText(
      error.message,
      `
      expectSubscriptions() is another diagram

        expected  ^----!
        actual    ^!
                   ^ frame 1: expected nothing, got !
      `,
    )
  })

  test('reports every expectation that is not met', async () => {
    const error = await failing(({ env, cold, expectStream }) => {
      const stream = env.fromObservable(cold('-a|'))
      expectStream(stream).toBe('a|')
      expectStream(stream).toBe('-a|')
      expectStream(stream.map(() => 1)).toBe('-b|')
    })
    assert.match(error.message, 'expectStream(source-1)')
    assert.match(error.message, 'expectStream(map-1)')
    assert.is(error.message.match(/another diagram/g)?.length, 2)
  })

  test('names who waits when nothing can happen any more', async () => {
    const error = await failing(({ env, cold, expectStream }) => {
      const out = env
        .fromObservable(cold('-a-b|'), { name: 'letters' })
        .map((x) => (x === 'b' ? new Promise<string>(() => {}) : x), { name: 'lookup' })
      expectStream(out).toBe('-a-b|')
    })
    isText(
      error.message.split('\n\n').slice(0, 1).concat(error.message.split('\n\n').slice(2)).join('\n\n'),
      `
      the job can never end (frame 4):
        - map 'lookup' waits with 1 record in hand: 2 in, 1 out
        - source 'letters' has given 2 records
        - expectStream(lookup) is not complete

      expectStream(lookup) is another diagram

        expected  -a-b|
        actual    -a
                     ^ frame 3: expected b, got nothing
      `,
    )
    assert.match(error.message, /Time stands still at frame 4/)
  })

  test('names a source without an end', async () => {
    const error = await failing(({ env, cold, source, expectStream }) => {
      expectStream(env.fromObservable(cold('-a-'))).toBe('-a')
      expectStream(env.fromSource(source('-b-'))).toBe('-b')
    })
    assert.match(error.message, 'the source "-a-" is still subscribed to')
    assert.match(error.message, 'the source "-b-" is still subscribed to')
  })

  test('gives up on a job that always has more to do', async () => {
    const error = await failing(
      ({ env, expectStream }) => {
        expectStream(env.fromInterval(5)).toBe('-----a', { a: 0 })
      },
      { maxSteps: 20 },
    )
    assert.match(error.message, 'the job does not end (frame 100)')
    assert.match(error.message, "source 'source-1' has given 20 records")
  })

  test('gives up on a frame that never comes to rest', async () => {
    const error = await failing(
      ({ env }) => {
        env.fromSource(() => 1).sink(() => {})
      },
      { patience: 100 },
    )
    assert.match(error.message, 'Frame 0 does not come to rest')
  })

  test('passes on the error of a job that was not to fail', async () => {
    const error = await failing(({ env, cold, expectStream }) => {
      const out = env.fromObservable(cold('-a|')).map(() => {
        throw new RangeError('too far')
      })
      expectStream(out).toBe('-a|')
    })
    assert.match(error.message, /the job failed in frame 1, and no diagram has a #: .*too far/)
    assert.instance(error.cause, JobFailedError)
  })

  test('tells errors apart', async () => {
    const error = await failing(({ env, cold, expectStream }) => {
      const out = env.fromObservable(cold('-#', undefined, new RangeError('too far')))
      expectStream(out).toBe('-#', undefined, TypeError)
    })
    assert.match(error.message, '# = [Function: TypeError], expected')
    assert.match(error.message, '# = RangeError: too far, actual')
  })

  test('finds a timer that was left behind', async () => {
    const error = await failing(({ env, cold, clock, expectStream }) => {
      const out = env.fromObservable(cold('--a|')).map((x) => {
        clock.setTimeout(() => {}, 100)
        return x
      })
      expectStream(out).toBe('--a|')
    })
    assert.match(
      error.message,
      'the job was over in frame 3 and left behind: a timer of frame 2, due in frame 102',
    )
  })

  test('finds what was left on the scheduler', async () => {
    const error = await failing(({ env, cold, clock, expectStream }) => {
      expectStream(env.fromObservable(cold('a|'))).toBe('a|')
      clock.scheduler.schedule(() => {}, 100)
    })
    assert.match(error.message, 'left behind: 1 action of the scheduler')
  })

  test('knows that at never came', async () => {
    const error = await failing(({ env, cold, at, expectStream }) => {
      expectStream(env.fromObservable(cold('a|'))).toBe('a|')
      at(10, () => env.stop())
    })
    assert.match(error.message, 'at(10) never came: the job was over in frame 1')
  })

  test('throws what at has thrown', async () => {
    const error = new Error('in at')
    await marbles(({ env, cold, at, expectStream }) => {
      expectStream(env.fromObservable(cold('a----|'))).toBe('a----|')
      at(2, () => Promise.reject(error))
    }).then(
      () => assert.unreachable(),
      (thrown) => assert.is(thrown, error),
    )
  })

  test('refuses an expectation that says nothing', async () => {
    await marbles(({ env, cold, expectStream }) => {
      expectStream(env.fromObservable(cold('a|')))
    }).then(
      () => assert.unreachable(),
      (error) => assert.match(error.message, 'expectStream(source-1) says nothing'),
    )
  })

  test('refuses a letter without a value', async () => {
    await marbles(({ env, cold }) => {
      env.fromObservable(cold('abc|', { a: 1, b: 2 })).sink(() => {})
    }).then(
      () => assert.unreachable(),
      (error) => assert.match(error.message, '"abc|" has a letter "c" without a value'),
    )
  })
})
