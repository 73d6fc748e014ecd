import * as assert from 'uvu/assert'
import { EndWaiters } from '../../../src/runtime/checkpoint/end-waiters.ts'
import { suite } from '../../support/suite.ts'
import { turn } from '../../support/turns.ts'

suite('EndWaiters', (test) => {
  /** Waiters that write down when they are told, and what. */
  const noting = (): {
    waiters: EndWaiters
    told: string[]
    add: (name: string, at: number | null) => void
  } => {
    const waiters = new EndWaiters()
    const told: string[] = []
    const add = (name: string, at: number | null): void => {
      waiters.add(at).then(
        () => told.push(name),
        (error: unknown) => told.push(`${name}: ${String(error)}`),
      )
    }
    return { waiters, told, add }
  }

  test('are told of the checkpoint that has them, and of no earlier one', async () => {
    const { waiters, told, add } = noting()
    assert.not(waiters.any)
    add('in 1', 1)
    add('in none yet', null)
    waiters.safe(1)
    await turn()
    assert.equal(told, ['in 1'])
    waiters.safe(2)
    await turn()
    assert.equal(told, ['in 1'])
    waiters.begun(3)
    waiters.begun(4)
    waiters.safe(3)
    await turn()
    assert.equal(told, ['in 1', 'in none yet'])
    assert.not(waiters.any)
  })

  test('wait for the next when theirs is given up', async () => {
    const { waiters, told, add } = noting()
    add('a', 1)
    add('b', null)
    waiters.givenUp(1)
    waiters.safe(1)
    await turn()
    assert.equal(told, [])
    waiters.begun(2)
    waiters.safe(2)
    await turn()
    assert.equal(told, ['a', 'b'])
  })

  test('are told when there is nothing to wait for any more', async () => {
    const { waiters, told, add } = noting()
    add('a', 1)
    add('b', null)
    waiters.reject('over')
    await turn()
    assert.equal(told, ['a: over', 'b: over'])
    assert.not(waiters.any)
  })
})
