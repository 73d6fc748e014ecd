import * as assert from 'uvu/assert'
import { collectedValues, ForwardingBuffer } from '../../../src/cluster/region/forwarding-buffer.ts'
import { suite } from '../../support/suite.ts'

/** What goes with the checkpoint under way. */
const taken = (buffer: ForwardingBuffer): readonly unknown[] =>
  buffer
    .take()
    .take(1000)
    .flatMap((output) => ('bytes' in output ? collectedValues(output.bytes) : []))

const write = (buffer: ForwardingBuffer, ...values: readonly number[]): void => {
  for (const value of values) void buffer.write(value)
}

suite('ForwardingBuffer', (test) => {
  test('sends what was there at the barrier, and the rest with the next', () => {
    const buffer = new ForwardingBuffer('n1')
    write(buffer, 1, 2)
    buffer.begin(1)
    buffer.saved(0, 2)
    write(buffer, 3)
    assert.equal(taken(buffer), [1, 2])
    buffer.begin(2)
    buffer.saved(0, 3)
    assert.equal(taken(buffer), [3])
  })

  test('sends what came behind the barrier with the next, also where the subtask has ended meanwhile', () => {
    const buffer = new ForwardingBuffer('n1')
    write(buffer, 1)
    buffer.begin(1)
    buffer.saved(0, 1)
    write(buffer, 2)
    buffer.saved(0, 2)
    assert.equal(taken(buffer), [1])
    buffer.begin(2)
    assert.equal(taken(buffer), [2])
  })

  test('sends what there was at the end of a subtask with the checkpoint that waits for it, or with the next', () => {
    const buffer = new ForwardingBuffer('n1')
    buffer.begin(1)
    write(buffer, 1)
    buffer.saved(0, 1)
    assert.equal(taken(buffer), [1])
    void buffer.write(2, 1)
    buffer.saved(1, 1)
    buffer.begin(2)
    assert.equal(taken(buffer), [2])
  })

  test('sends what was not committed again, before what is new', () => {
    const buffer = new ForwardingBuffer('n1')
    write(buffer, 1)
    buffer.begin(1)
    buffer.saved(0, 1)
    buffer.begin(2)
    write(buffer, 2)
    buffer.saved(0, 2)
    assert.equal(taken(buffer), [1, 2])
  })

  test('names the values that cannot be sent', () => {
    const buffer = new ForwardingBuffer('n1')
    const refused: unknown[] = []
    buffer.attach({
      wrote: () => {},
      room: () => undefined,
      refuse: (...told) => void refused.push(told),
    })
    const value = (): void => {}
    void buffer.write(value)
    buffer.saved(0, 1)
    const [[node, values, error]] = refused as [[string, unknown[], Error]]
    assert.is(node, 'n1')
    assert.is(values[0], value)
    assert.match(error.message, 'could not be cloned')
  })
})
