import * as assert from 'uvu/assert'
import { ProgramSeat } from '../../../src/environment/seat/program-seat.ts'
import type { SeatedOutcome } from '../../../src/environment/seat/seat-order.ts'
import { graphHash } from '../../../src/graph/graph-hash.ts'
import { RecordingEnvironment } from '../../stream/recorded.ts'
import { suite } from '../../support/suite.ts'

const graphOf = (records: number) => {
  const env = new RecordingEnvironment(`graph ${records}`)
  env.fromBatch(Array.from({ length: records }, () => 0)).sink(() => {}, { parallelism: records })
  return env.graph
}

const outcome = (error: unknown = null): SeatedOutcome => ({
  result: error === null ? ({ status: 'completed' } as never) : null,
  error,
  collected: [['n1', [1, 2]]],
})

/** A program whose third submit is the job. */
const bench = (earlier: readonly (SeatedOutcome | null)[], local = true) => {
  const taken: unknown[] = []
  const refused: string[] = []
  const filled: unknown[] = []
  const program = { entry: 'job.ts', argv: [], ordinal: earlier.length, local, insideJob: false, earlier }
  const seat = new ProgramSeat(
    { program, graphHash: graphHash(graphOf(3)) },
    (recorded) => taken.push(recorded),
    (error) => refused.push((error as Error).message),
  )
  const submit = (records: number, here = true): Promise<unknown> => {
    if (here) seat.takesLocal()
    const fill = (node: string, values: readonly unknown[]): void => void filled.push([node, values])
    return seat.submit({ graph: graphOf(records), recorded: records, fill } as never)
  }
  return { seat, taken, refused, filled, submit }
}

const isPending = async (promise: Promise<unknown>): Promise<boolean> => {
  const late = Symbol('late')
  const first = await Promise.race([promise, new Promise((resolve) => setImmediate(resolve, late))])
  return first === late
}

suite('the seat of a program that is loaded once more', (test) => {
  test('has submits before its own come to what they came to, and takes its part at its own', async () => {
    const error = new TypeError('the first failed')
    const { seat, submit, taken, refused, filled } = bench([outcome(error), outcome()])
    assert.is(await submit(1).catch((reason: unknown) => reason), error)
    assert.equal(await submit(2), { status: 'completed' })
    assert.equal(filled, [
      ['n1', [1, 2]],
      ['n1', [1, 2]],
    ])
    assert.equal(taken, [])
    assert.ok(await isPending(submit(3)))
    assert.equal([taken, refused, seat.submits], [[3], [], 3])
  })

  test('waits for ever where a submit was not over, and at those behind its own', async () => {
    const { submit, taken } = bench([null])
    assert.ok(await isPending(submit(1)))
    assert.ok(await isPending(submit(3)))
    assert.ok(await isPending(submit(3)))
    assert.equal(taken, [3])
  })

  test('refuses a program that records another pipeline there', async () => {
    const { submit, taken, refused } = bench([])
    assert.ok(await isPending(submit(4)))
    assert.equal(taken, [])
    assert.match(refused[0]!, "job 'graph 4', and recorded another pipeline")
  })

  test('refuses submits elsewhere before the job', async () => {
    const { submit } = bench([])
    const error = await submit(3, false).catch((reason: unknown) => reason)
    assert.match((error as Error).message, "submits 'graph 3' elsewhere")
  })
})
