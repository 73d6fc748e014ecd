import * as assert from 'uvu/assert'
import { Channel } from '../../../src/runtime/flow-control/channel.ts'
import { FarChannel } from '../../../src/runtime/threads/far-channel.ts'
import { suite } from '../../support/suite.ts'

const figures = (sent: number, received: number) => ({ sent, received, held: sent - received, fill: 0.5 })
const read = ({ sent, received, held, fill }: FarChannel): readonly number[] => [sent, received, held, fill]

suite('a channel with an end elsewhere', (test) => {
  test('knows of each end what the thread has told that has it, whoever tells last', () => {
    for (const order of [
      [0, 1],
      [1, 0],
    ]) {
      const channel = new FarChannel({ from: 0, to: 1 }, null)
      for (const thread of order) channel.update(thread, thread === 0 ? figures(9, 0) : figures(7, 6))
      assert.equal(read(channel), [9, 6, 9, 0.5])
    }
  })

  test('that is in one thread altogether knows what that tells', () => {
    const channel = new FarChannel({ from: 2, to: 2 }, null)
    channel.update(2, figures(9, 4))
    channel.update(1, figures(1, 1))
    assert.equal(read(channel), [9, 4, 5, 0.5])
  })

  test('looks at the end that is here by itself', () => {
    const near = new Channel(2, { wake: () => {} })
    near.sent = 5
    near.received = 3
    const out = new FarChannel({ from: null, to: 0 }, near)
    out.update(0, figures(4, 2))
    assert.equal(read(out).slice(0, 2), [5, 2])
    const into = new FarChannel({ from: 0, to: null }, near)
    into.update(0, figures(4, 0))
    assert.equal(read(into).slice(0, 2), [4, 3])
    into.received = 4
    assert.is(near.received, 4)
  })
})
