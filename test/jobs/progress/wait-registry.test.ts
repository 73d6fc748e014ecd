import { getEventListeners } from 'node:events'
import * as assert from 'uvu/assert'
import { JobWatches } from '../../../src/jobs/progress/job-watches.ts'
import { type Waiter, WaitRegistry } from '../../../src/jobs/progress/wait-registry.ts'
import { matchesEtag } from '../../../src/jobs/server/etag.ts'
import { preferredWait } from '../../../src/jobs/server/prefer-wait.ts'
import { ManualClock } from '../../support/manual-clock.ts'
import { suite } from '../../support/suite.ts'
import { rest } from '../../support/turns.ts'
import { FakeManager } from '../server/fake-manager.ts'

function waiter(more: Partial<Waiter> = {}): Waiter {
  const { signal: gone } = new AbortController()
  return { token: null, patience: 1000, gone, watch: () => () => {}, isOver: () => false, ...more }
}

suite('requests that wait', (test) => {
  test('end once, and have stopped watching', async () => {
    const clock = new ManualClock()
    const waits = new WaitRegistry(clock, 2)
    let [watched, isOver] = [0, false]
    const wakes: (() => void)[] = []
    const watch = (wake: () => void): (() => void) => {
      watched++
      wakes.push(wake)
      return () => void watched--
    }
    const { signal: gone } = new AbortController()
    const first = waits.wait(waiter({ watch, gone, isOver: () => isOver }))
    const second = waits.wait(waiter({ watch, patience: 5000 }))
    assert.equal([watched, waits.size, waits.full], [2, 2, true])
    wakes[0]!()
    isOver = true
    wakes[0]!()
    wakes[0]!()
    await first
    assert.equal([watched, waits.size, waits.full, clock.waiting], [1, 1, false, 1])
    assert.equal(getEventListeners(gone, 'abort'), [])
    await clock.advance(5000)
    await second
    assert.equal([watched, waits.size, clock.waiting], [0, 0, 0])
  })

  test('end at once where there is something new, nobody is there, or nothing can be watched', async () => {
    const clock = new ManualClock()
    const waits = new WaitRegistry(clock, 10)
    await waits.wait(waiter({ isOver: () => true }))
    await waits.wait(waiter({ gone: AbortSignal.abort() }))
    const fails = (): never => {
      throw new Error('there is no such job')
    }
    for (const more of [{ watch: fails }, { isOver: fails }]) {
      const error = await waits.wait(waiter(more)).catch((thrown: unknown) => thrown)
      assert.is((error as Error).message, 'there is no such job')
    }
    waits.close()
    await waits.wait(waiter())
    assert.equal([waits.size, clock.waiting], [0, 0])
  })
})

suite('jobs that are watched', (test) => {
  test('call who watches them, together and not all the time', async (context) => {
    const clock = new ManualClock()
    const manager = new FakeManager(clock)
    let followed = 0
    const follow = (): (() => void) => (followed++, () => void followed--)
    const watches = new JobWatches({ manager, clock, follow })
    context.cleanup(() => watches.close())
    const calls: string[] = []
    const stops = ['a', 'b'].map((name) => watches.watch('job', () => void calls.push(name)))
    assert.equal([watches.size, followed], [1, 1])
    watches.touch('another')
    watches.touch('job')
    watches.touch('job')
    await rest()
    assert.equal(calls, ['a', 'b'])
    for (let i = 0; i < 5; i++) watches.touch('job')
    await rest()
    assert.is(calls.length, 2)
    await clock.advance(250)
    assert.is(calls.length, 4)
    await clock.advance(250)
    assert.equal([calls.length, clock.waiting], [4, 0])
    watches.touch('job')
    for (const stop of [...stops, ...stops]) stop()
    await rest()
    assert.equal([calls.length, watches.size, followed, clock.waiting], [4, 0, 0, 0])
    assert.not(manager.lines.get('job')!.observed)
  })
})

suite('preferences', (test) => {
  test('are read where they are some', () => {
    const read: Readonly<Record<string, number>> = {
      'wait=10': 10,
      'WAIT = 10': 10,
      'respond-async, wait="10"': 10,
      'wait=10; x=y': 10,
      'wait=10, wait=20': 10,
      'wait=61': 60,
      'wait=0': 0,
      'wait=1.5': 0,
      'wait=-1': 0,
      wait: 0,
      'await=10': 0,
      '': 0,
    }
    for (const [header, seconds] of Object.entries(read)) assert.is(preferredWait(header), seconds, header)
    assert.is(preferredWait(undefined), 0)
  })

  test('and so are tags', () => {
    for (const known of ['"a"', 'W/"a"', '"b", "a"', '"b",W/"a"', ' * ']) {
      assert.ok(matchesEtag(known, '"a"'), known)
      assert.ok(matchesEtag(known, 'W/"a"'), known)
    }
    for (const known of [undefined, '', 'a', '"ab"', '"A"', '"*"'])
      assert.not(matchesEtag(known, '"a"'), known)
  })
})
