import { Subject } from 'rxjs'
import * as assert from 'uvu/assert'
import { batched } from '../../../src/cli/screen/batched.ts'
import { ManualClock } from '../../support/manual-clock.ts'
import { suite } from '../../support/suite.ts'

suite('batched', (test) => {
  const begin = () => {
    const [source, clock, seen] = [new Subject<number>(), new ManualClock(), [] as unknown[]]
    const subscription = source.pipe(batched(clock, (ms) => ms, 3)).subscribe({
      next: (batch) => seen.push(batch),
      complete: () => seen.push('the end'),
      error: (error: unknown) => seen.push(error),
    })
    return { source, clock, seen, subscription }
  }

  test('gives all of them when the first that cannot wait has waited', async () => {
    const { source, clock, seen, subscription } = begin()
    source.next(1000)
    await clock.advance(500)
    source.next(100)
    await clock.advance(99)
    assert.equal(seen, [])
    await clock.advance(1)
    assert.equal(seen, [[1000, 100]])
    source.next(50)
    await clock.advance(50)
    assert.equal(seen, [[1000, 100], [50]])
    subscription.unsubscribe()
    assert.is(clock.waiting, 0)
  })

  test('holds no more than it may, and gives the last ones before the end', async () => {
    const { source, clock, seen } = begin()
    for (const n of [1001, 1002, 1003, 1004]) source.next(n)
    assert.equal(seen, [[1001, 1002, 1003]])
    source.complete()
    assert.equal(seen.slice(1), [[1004], 'the end'])
    assert.is(clock.waiting, 0)
  })

  test('lets an error pass at once', () => {
    const { source, clock, seen } = begin()
    source.next(10)
    source.error('failed')
    assert.equal(seen, ['failed'])
    assert.is(clock.waiting, 0)
  })
})
