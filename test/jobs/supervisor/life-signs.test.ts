import { deepEqual, equal } from 'node:assert/strict'
import process from 'node:process'
import { LifeSigns } from '../../../src/jobs/supervisor/life-signs.ts'
import { ManualClock } from '../../support/manual-clock.ts'
import { suite } from '../../support/suite.ts'

const nobody = 2 ** 30

const watched = (
  options: { pid?: number; memory?: number; throttled?: () => boolean } = {},
): { signs: LifeSigns; clock: ManualClock; troubles: string[] } => {
  const { pid = nobody, memory = 100, throttled = () => false } = options
  const clock = new ManualClock()
  const troubles: string[] = []
  const signs = new LifeSigns(
    {
      pid,
      interval: 1_000,
      timeout: 5_000,
      memory,
      throttled,
      onTrouble: (trouble) => troubles.push(trouble),
    },
    clock,
  )
  return { signs, clock, troubles }
}

suite('signs of life', (test) => {
  test('none for as long as the timeout is trouble, once', async () => {
    const { signs, clock, troubles } = watched()
    await clock.advance(4_000)
    signs.heard(10)
    await clock.advance(4_999)
    deepEqual(troubles, [])
    await clock.advance(1)
    deepEqual(troubles, ['silence'])
    await clock.advance(60_000)
    deepEqual(troubles, ['silence'])
    equal(clock.waiting, 0)
  })

  test('too much memory is trouble, told or looked up', async () => {
    const told = watched()
    told.signs.heard(101)
    deepEqual(told.troubles, ['memory'])
    equal(told.clock.waiting, 0)
    const seen = watched({ pid: process.pid, memory: 1_000_000 })
    await seen.clock.advance(1_000)
    deepEqual(seen.troubles, process.platform === 'linux' ? ['memory'] : [])
    seen.signs.close()
  })

  test('a process that waits for its output to be read is not silent', async () => {
    let throttled = true
    const { signs, clock, troubles } = watched({ throttled: () => throttled })
    await clock.advance(60_000)
    deepEqual(troubles, [])
    throttled = false
    await clock.advance(5_000)
    deepEqual(troubles, ['silence'])
    signs.close()
  })

  test('where the server itself stood still, that is not the silence of its jobs', async () => {
    const clock = new ManualClock()
    let ahead = 0
    const troubles: string[] = []
    const jumping = Object.assign(Object.create(clock) as ManualClock, {
      monotonic: () => clock.monotonic() + ahead,
      setTimeout: clock.setTimeout.bind(clock),
    })
    const signs = new LifeSigns(
      {
        pid: nobody,
        interval: 1_000,
        timeout: 5_000,
        memory: 100,
        throttled: () => false,
        onTrouble: (trouble) => troubles.push(trouble),
      },
      jumping,
    )
    ahead = 3_600_000
    await clock.advance(1_000)
    deepEqual(troubles, [])
    signs.heard(1)
    await clock.advance(4_000)
    deepEqual(troubles, [])
    signs.close()
  })
})
