import * as assert from 'uvu/assert'
import { onInterrupt } from '../../src/environment/interrupts.ts'
import { suite } from '../support/suite.ts'

suite('onInterrupt', (test) => {
  test('has one handler however many wait, and none when nobody does', () => {
    const before = process.listenerCount('SIGINT')
    const seen: string[] = []
    const releases = Array.from({ length: 20 }, (_, i) => onInterrupt((times) => seen.push(`${i}: ${times}`)))
    assert.is(process.listenerCount('SIGINT'), before + 1)
    for (const release of releases.slice(2)) release()
    process.emit('SIGINT')
    releases[0]!()
    releases[0]!()
    process.emit('SIGTERM')
    assert.equal(seen, ['0: 1', '1: 1', '1: 2'])
    releases[1]!()
    assert.is(process.listenerCount('SIGINT'), before)
    assert.is(process.listenerCount('SIGTERM'), before)
  })
})
