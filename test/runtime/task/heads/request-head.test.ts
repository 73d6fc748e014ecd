import { AsyncLocalStorage } from 'node:async_hooks'
import * as assert from 'uvu/assert'
import { ServiceUnavailableError } from '../../../../src/errors/service-errors.ts'
import type { Reply } from '../../../../src/runtime/flow-control/packet.ts'
import { RequestHead, RequestQueue } from '../../../../src/runtime/task/heads/request-head.ts'
import type { LoopState } from '../../../../src/runtime/task/loop-state.ts'
import { rejectionOf } from '../../../job/jobs.ts'
import { suite } from '../../../support/suite.ts'
import { settle } from '../support/hand-clock.ts'
import { createState, readOnce } from '../support/head-bench.ts'
import { CountingWaker } from '../support/parts.ts'

const bench = (): { queue: RequestQueue; head: RequestHead; state: LoopState; waker: CountingWaker } => {
  const queue = new RequestQueue('double')
  const waker = new CountingWaker()
  return { queue, waker, head: new RequestHead(queue, waker), state: createState() }
}

const repliesOf = (state: LoopState): Reply[] => state.replies as Reply[]

suite('RequestQueue', (test) => {
  test('gives values in order, with whom to answer beside them', async () => {
    const { queue, head, state, waker } = bench()
    assert.is(readOnce(head, state), 'idle')
    const answers = ['a', 'b', 'c'].map((value) => queue.call(value))
    assert.equal([waker.wakes, head.held], [3, 3])
    assert.equal(readOnce(head, state, 2), ['a', 'b'])
    const [a, b] = repliesOf(state)
    b!.resolve('B')
    a!.reject(new Error('A'))
    assert.match(String(await rejectionOf(answers[0]!)), /A/)
    assert.is(await answers[1], 'B')
    assert.equal(readOnce(head, state, 2), ['c'])
    repliesOf(state)[0]!.resolve(undefined)
    assert.is(await answers[2], undefined)
  })

  test('a request is answered once', async () => {
    const { queue, head, state } = bench()
    const answer = queue.call(1)
    readOnce(head, state)
    const [reply] = repliesOf(state)
    reply!.resolve('first')
    reply!.resolve('second')
    reply!.reject(new Error('third'))
    assert.is(await answer, 'first')
  })

  test('calls run in the surroundings of whoever sent the request', () => {
    const { queue, head, state } = bench()
    const storage = new AsyncLocalStorage<string>()
    storage.run('caller', () => void queue.call(1))
    readOnce(head, state)
    assert.is(
      repliesOf(state)[0]!.run(() => storage.getStore()),
      'caller',
    )
    assert.is(storage.getStore(), undefined)
  })

  test('closing takes no further request, and waits for the open ones', async () => {
    const { queue, head, state, waker } = bench()
    const answer = queue.call(1)
    let closed = false
    const closing = queue.stop().then(() => (closed = true))
    assert.is(waker.wakes, 2)
    const error = await rejectionOf(queue.call(2))
    assert.instance(error, ServiceUnavailableError)
    assert.match((error as Error).message, "The pipeline 'double' takes no requests any more.")
    await settle()
    assert.not(closed)
    assert.equal(readOnce(head, state), [1])
    repliesOf(state)[0]!.resolve('done')
    await closing
    assert.is(await answer, 'done')
    assert.is(readOnce(head, state), 'ended')
  })

  test('closing twice waits twice, and an idle one closes at once', async () => {
    const { queue, head, state } = bench()
    void queue.call(1)
    const closings = [queue.close(), queue.close()]
    readOnce(head, state)
    repliesOf(state)[0]!.resolve('done')
    await Promise.all(closings)
    await bench().queue.close()
  })

  test('has stopped when every strand of its pipeline has ended, or will not come to its end', async () => {
    for (const last of ['strandEnded', 'giveUp'] as const) {
      const { queue, head, state } = bench()
      queue.expect(2)
      void queue.call(1)
      let stopped = false
      const closing = queue.close().then(() => (stopped = true))
      readOnce(head, state)
      repliesOf(state)[0]!.resolve('done')
      queue.strandEnded()
      await settle()
      assert.is(stopped, false)
      queue[last]()
      await closing
    }
  })

  test('cut short, it still waits for what its strands hold', async () => {
    const { queue, head, state } = bench()
    queue.expect(1)
    head.cancel(state, 'dropped')
    let stopped = false
    const closing = queue.close().then(() => (stopped = true))
    await settle()
    assert.is(stopped, false)
    queue.strandEnded()
    await closing
  })

  test('cancelled, it tells everybody who waits, read or not', async () => {
    const { queue, head, state } = bench()
    const answers = [queue.call(1), queue.call(2)]
    readOnce(head, state, 1)
    head.cancel(state, 'unfinished')
    for (const answer of answers) assert.instance(await rejectionOf(answer), ServiceUnavailableError)
    assert.equal([head.held, queue.closed], [0, true])
    await queue.close()
  })
})
