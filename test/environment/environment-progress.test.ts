import { firstValueFrom } from 'rxjs'
import * as assert from 'uvu/assert'
import { LocalEnvironment } from '../../src/environment/local-environment.ts'
import { END, type SourceProgress } from '../../src/functions/user-functions.ts'
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

  test('says of each source how far it has come', async () => {
    const env = new LocalEnvironment('sources', { parallelism: 3 })
    const byTens = {
      done: 0,
      next: () => (byTens.done === 40 ? END : (byTens.done += 10)),
      progress: () => ({ done: byTens.done, total: 40, unit: 'bytes' as const }),
    }
    const array = env.fromBatch([1, 2, 3, 4, 5])
    const pulled = env.fromSource(byTens, { parallelism: 1 })
    const iterated = env.fromBatch(() => new Set([1, 2]))
    const ticks = env.fromInterval(1, { count: 2 })
    let last: JobProgress['sources'] = []
    let middle: JobProgress['sources'] | undefined
    array.union(pulled, iterated, ticks).sink(async (value) => {
      if (value !== 20) return
      middle = (await firstValueFrom(env.progress$)).sources
    })
    const subscription = env.progress$.subscribe(({ sources }) => (last = sources))
    await env.submit({ autostop: true })
    subscription.unsubscribe()
    assert.equal(last, [
      { node: 'n0', done: 5, total: 5, unit: 'records' },
      { node: 'n1', done: 40, total: 40, unit: 'bytes' },
      { node: 'n2', done: 2, unit: 'records' },
      { node: 'n3', done: 2, total: 2, unit: 'records' },
    ])
    assert.is(middle?.[1]?.total, 40)
  })

  test('counts what an array has given, up to where the job was stopped', async () => {
    const env = new LocalEnvironment('stopped', { chunkSize: 10 })
    env.fromBatch(Array.from({ length: 10_000 }, (_, n) => n)).sink(async (n) => {
      if (n === 25) void env.stop()
    })
    let last: JobProgress | undefined
    const subscription = env.progress$.subscribe((progress) => (last = progress))
    const { nodes } = await env.submit({ autostop: true })
    subscription.unsubscribe()
    assert.equal(last!.sources, [{ node: 'n0', done: nodes[0]!.out, total: 10_000, unit: 'records' }])
    assert.ok(nodes[0]!.out < 10_000)
  })

  test('keeps what a source said last when it is closed, and bears one that cannot tell', async () => {
    class Numbers {
      readonly #mute: boolean
      #open = false
      #given = 0
      constructor(mute = false) {
        this.#mute = mute
      }
      open(): void {
        this.#open = true
      }
      next(): number | typeof END {
        return this.#given === 3 ? END : this.#given++
      }
      close(): void {
        this.#open = false
      }
      progress(): SourceProgress {
        if (this.#mute || !this.#open) throw new Error('it cannot tell')
        return { done: this.#given, total: 3, unit: 'files' }
      }
    }
    const env = new LocalEnvironment('closed')
    env.fromSource(Numbers).sink(() => {})
    env.fromSource(new Numbers(true)).sink(() => {})
    let last: JobProgress | undefined
    const subscription = env.progress$.subscribe((progress) => (last = progress))
    await env.submit({ autostop: true })
    subscription.unsubscribe()
    assert.equal(last!.sources, [
      { node: 'n0', done: 3, total: 3, unit: 'files' },
      { node: 'n2', done: 3, unit: 'records' },
    ])
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
