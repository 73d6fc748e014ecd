import * as assert from 'uvu/assert'
import type { Order } from '../../../src/jobs/process/messages.ts'
import { MemoryJobStore } from '../../../src/jobs/store/memory-job-store.ts'
import { RunLetters } from '../../../src/jobs/supervisor/run-letters.ts'
import type { DeadLetterStore } from '../../../src/jobs/dead-letters/dead-letter-store.ts'
import { silentLogger } from '../../../src/functions/logger.ts'
import { suite } from '../../support/suite.ts'
import { letterOf } from '../dead-letters/a-letter.ts'
import { submissionOf } from '../store/support/submissions.ts'

interface Bench {
  readonly run: RunLetters
  readonly letters: DeadLetterStore
  readonly orders: Order[]
  /** Ids of letters that were handed in, and have not been told of before. */
  readonly handed: () => readonly number[]
  readonly changes: () => number
}

const open = (count: number): Bench => {
  const store = new MemoryJobStore()
  store.create(submissionOf(), { id: 'one', at: 0, by: 'a test' })
  const letters = store.deadLetters
  const orders: Order[] = []
  let changes = 0
  const run = new RunLetters({
    job: 'one',
    store: letters,
    logger: silentLogger,
    send: (order) => orders.push(order),
    changed: () => void changes++,
  })
  run.heard({ type: 'letters', letters: Array.from({ length: count }, () => letterOf()), notKept: 0 })
  const handed = (): readonly number[] =>
    orders
      .splice(0)
      .flatMap((order) => (order.type === 'replay' ? order.letters.map(({ letter }) => letter) : []))
  return { run, letters, orders, handed, changes: () => changes }
}

const begun = { type: 'letters-begun', checkpoint: null, settled: [] } as const
const none = { type: 'replays', entered: [], settled: [], refused: [] } as const

suite('RunLetters', (test) => {
  test('hands in what is to be replayed once it is known where the job begins, and each once', () => {
    const { run, letters, handed } = open(3)
    letters.replay('one', { ids: [1, 3] })
    run.fill()
    assert.equal(handed(), [])
    run.heard(begun)
    assert.equal(handed(), [1, 3])
    letters.replay('one', { all: true })
    run.fill()
    assert.equal(handed(), [2])
    run.heard({ ...none, entered: [1, 2, 3] })
    assert.equal([handed(), letters.replaying('one')], [[], [1, 2, 3]])
  })

  test('hands in so many at a time', () => {
    const { run, letters, handed } = open(600)
    letters.replay('one', { all: true })
    run.heard(begun)
    const first = handed()
    assert.is(first.length, 256)
    run.fill()
    assert.equal(handed(), [])
    run.heard({ ...none, entered: first.slice(0, 10) })
    assert.is(handed().length, 10)
  })

  test('settles what is safe and says so, and keeps what is refused', () => {
    const { run, letters, orders, handed, changes } = open(3)
    letters.replay('one', { all: true })
    run.heard(begun)
    assert.equal(handed(), [1, 2, 3])
    run.heard({ ...none, entered: [1], settled: [1], refused: [2] })
    assert.equal(orders, [{ type: 'replays-noted', letters: [1] }])
    assert.equal(
      letters.list('one', { limit: 9 }).items.map(({ id, state }) => [id, state]),
      [
        [3, 'replaying'],
        [2, 'kept'],
      ],
    )
    assert.is(changes(), 3)
    letters.replay('one', { ids: [2] })
    run.fill()
    assert.equal(handed(), [2])
  })

  test('hands in again what is not in the checkpoint that the job goes on from', () => {
    const { run, letters, orders, handed } = open(3)
    letters.replay('one', { all: true })
    run.heard({ ...begun, checkpoint: 1 })
    handed()
    run.heard({ ...none, entered: [1, 2, 3] })
    run.heard({ type: 'letters', letters: [letterOf({ after: 4 })], notKept: 0 })
    run.heard({ type: 'letters-begun', checkpoint: 4, settled: [2] })
    assert.equal(orders[0], { type: 'replays-noted', letters: [2] })
    assert.equal(handed(), [1, 3])
    assert.is(letters.list('one', { limit: 1 }).total, 2)
  })

  test('goes on where nothing can be written', () => {
    const { letters } = open(1)
    const warnings: string[] = []
    const broken = new RunLetters({
      job: 'one',
      store: { ...letters, add: () => assert.unreachable() },
      logger: { ...silentLogger, warn: (text: string) => void warnings.push(text) },
      send: () => {},
      changed: () => {},
    })
    broken.heard({ type: 'letters', letters: [], notKept: 1 })
    assert.is(warnings.length, 1)
  })
})
