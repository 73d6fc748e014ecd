import * as assert from 'uvu/assert'
import { END } from '../../../src/functions/user-functions.ts'
import { SourceTap } from '../../../src/runtime/taps/source-tap.ts'
import { LoopState } from '../../../src/runtime/task/loop-state.ts'
import { suite } from '../../support/suite.ts'

const tapped = (): { tap: SourceTap; seen: unknown[]; state: LoopState } => {
  const seen: unknown[] = []
  const tap = new SourceTap({
    seeRecord: (record) => void seen.push(record),
    seeRecords: (records, from, to) => void seen.push(...records.slice(from, to)),
  })
  return { tap, seen, state: new LoopState(0, []) }
}

suite('SourceTap', (test) => {
  test('sees what an array gives, each record once', () => {
    const { tap, seen, state } = tapped()
    state.records = [1, 2, 3, 4]
    state.index = 0
    state.limit = 2
    tap.look(state, 'chunk')
    state.index = 1
    tap.look(state, 'chunk')
    state.index = 2
    state.limit = 4
    tap.look(state, 'chunk')
    assert.equal(seen, [1, 2, 3, 4])
  })

  test('sees what is pulled, at once or later, and gives it on as it is', async () => {
    const { tap, seen, state } = tapped()
    const failure = Promise.reject(new Error('no'))
    const given = [1, Promise.resolve(2), failure, Promise.resolve(END), END]
    const left = [...given]
    state.pull = () => left.shift()
    tap.look(state, 'pull')
    const pulled = given.map(() => state.pull!())
    assert.equal(
      pulled.map((one, at) => one === given[at]),
      given.map(() => true),
    )
    await failure.catch(() => {})
    assert.equal(seen, [1, 2])
  })

  test('sees what iterators give', async () => {
    const { tap, seen, state } = tapped()
    state.iterator = ['a', 'b'][Symbol.iterator]()
    tap.look(state, 'iterator')
    while (state.iterator.next().done !== true);
    state.iterator = (async function* () {
      yield 'c'
    })()
    tap.look(state, 'iterator')
    while (!(await state.iterator.next()).done);
    assert.equal(seen, ['a', 'b', 'c'])
  })
})
