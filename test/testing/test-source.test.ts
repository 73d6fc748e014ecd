import * as assert from 'uvu/assert'
import { JobFailedError, LocalEnvironment } from '../../src/index.ts'
import { END, FAIL, marbles, PAUSE, TestEnvironment, testSource } from '../../src/testing/index.ts'
import { suite } from '../support/suite.ts'

suite('testSource', (test) => {
  test('gives its items, then ends', async () => {
    const env = new LocalEnvironment('real')
    const source = testSource([1, null, undefined, 0, '', END, 'never'])
    const seen = env.fromSource(source).collect()
    await env.submit({ autostop: true })
    assert.equal(seen.values, [1, null, undefined, 0, ''])
    assert.is(source.opens, 1)
    assert.is(source.closes, 1)
    assert.is(source.pulls, 6)
  })

  test('ends after its last item as well', async () => {
    const env = new TestEnvironment()
    const seen = env.fromSource(testSource(['a', 'b'])).collect()
    await env.run()
    assert.equal(seen.values, ['a', 'b'])
  })

  test('pauses in real time', async () => {
    const env = new LocalEnvironment('real')
    const source = testSource([1, PAUSE(20), 2, END])
    const seen = env.fromSource(source).collect()
    await env.submit({ autostop: true })
    assert.equal(seen.values, [1, 2])
    const [first, second] = source.given
    assert.ok(second!.at - first!.at >= 19, `${second!.at - first!.at} ms`)
  })

  test('pauses in virtual time', () =>
    marbles(({ env, testSource, expectStream }) => {
      const source = testSource(['a', 'b', PAUSE(5), 'c', PAUSE(2), PAUSE(1), END])
      expectStream(env.fromSource(source)).toBe('(ab)-c--|')
    }))

  test('fails in place of an item, after what came before', async () => {
    const env = new TestEnvironment()
    const error = new Error('gone')
    const source = testSource([1, 2, PAUSE(10), FAIL(error), 3], { clock: env.clock })
    const seen = env.fromSource(source).collect()
    await env.run().then(
      () => assert.unreachable(),
      (thrown) => {
        assert.instance(thrown, JobFailedError)
        assert.is((thrown as JobFailedError).cause, error)
      },
    )
    assert.equal(seen.values, [1, 2])
    assert.is(env.clock.frame, 10)
    assert.is(source.closes, 1)
  })

  test('is shared by subtasks, each of which sees the end', async () => {
    const env = new TestEnvironment()
    const source = testSource([1, 2, 3, 4, 5])
    const seen = env.fromSource(source, { parallelism: 3 }).collect()
    await env.run()
    assert.equal([...seen.values].sort(), [1, 2, 3, 4, 5])
    assert.is(source.opens, 3)
    assert.is(source.closes, 3)
  })

  test('begins again for the next job', async () => {
    const env = new TestEnvironment()
    const seen = env.fromSource(testSource([1, 2])).collect()
    await env.run()
    await env.run()
    assert.equal(seen.values, [1, 2])
  })

  test('goes on with a job that is stopped in a pause without end', async () => {
    const env = new TestEnvironment()
    const source = testSource([1, PAUSE(Infinity), 2], { clock: env.clock })
    const seen = env.fromSource(source).collect()
    const job = await env.clock.run(env.submit())
    await env.clock.settle()
    await env.clock.run(job.stop())
    assert.equal(seen.values, [1])
    assert.is(source.closes, 1)
    assert.is(job.status, 'stopped')
  })
})
