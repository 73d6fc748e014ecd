import * as assert from 'uvu/assert'
import { LocalEnvironment } from '../../src/environment/local-environment.ts'
import type { JobProgress } from '../../src/runtime/metrics/job-metrics.ts'
import { suite } from '../support/suite.ts'

suite('the progress of an environment', (test) => {
  test('is that of each job in turn, to its last snapshot', async () => {
    const env = new LocalEnvironment('progress')
    env.fromBatch([1, 2, 3]).sink(() => {})
    const seen: JobProgress[] = []
    const subscription = env.progress$.subscribe((progress) => seen.push(progress))
    assert.is(seen.length, 0)

    await env.submit({ autostop: true })
    const first = seen.at(-1)!
    assert.equal([first.status, first.read, first.written], ['completed', 3, 3])

    const before = seen.length
    await env.submit({ autostop: true })
    assert.ok(seen.length > before)
    assert.equal([seen.at(-1)!.status, seen.at(-1)!.read], ['completed', 3])
    subscription.unsubscribe()
  })

  test('holds nothing once the job is over', async () => {
    const env = new LocalEnvironment('over')
    env.fromBatch([1]).sink(() => {})
    await env.submit({ autostop: true })
    await new Promise((resolve) => setImmediate(resolve))
    const seen: unknown[] = []
    env.progress$.subscribe((progress) => seen.push(progress)).unsubscribe()
    env.metrics$.subscribe((metrics) => seen.push(metrics)).unsubscribe()
    assert.equal(seen, [])
  })

  test('shows the edges too, as metrics', async () => {
    const env = new LocalEnvironment('metrics')
    env
      .fromBatch([1, 2, 3], { parallelism: 1 })
      .map((n) => n, { parallelism: 2 })
      .sink(() => {}, { parallelism: 2 })
    let sent = 0
    const subscription = env.metrics$.subscribe(({ edges }) => (sent = edges[0]!.sent))
    await env.submit({ autostop: true })
    subscription.unsubscribe()
    assert.is(sent, 3)
  })
})
