import { PassThrough } from 'node:stream'
import * as assert from 'uvu/assert'
import { keysOf } from '../../../src/cli/screen/keys.ts'
import { ManualClock } from '../../support/manual-clock.ts'
import { suite } from '../../support/suite.ts'
import { rest } from '../../support/turns.ts'

suite('keysOf', (test) => {
  const begin = () => {
    const [stream, clock, seen] = [new PassThrough(), new ManualClock(), [] as string[]]
    const subscription = keysOf(stream, clock).subscribe({
      next: (key) => seen.push(key),
      complete: () => seen.push('the end'),
    })
    return { stream, clock, seen, subscription }
  }

  test('puts sequences and characters together that come in pieces', async () => {
    const { stream, clock, seen, subscription } = begin()
    for (const byte of Buffer.from('\u001b[A漢\u001b[6~')) {
      stream.write(Buffer.of(byte))
      await rest()
    }
    assert.equal(seen, ['up', '漢', 'pagedown'])
    assert.is(clock.waiting, 0)
    subscription.unsubscribe()
  })

  test('takes what nothing follows for the escape key', async () => {
    const { stream, clock, seen, subscription } = begin()
    stream.write('\u001b')
    await rest()
    await clock.advance(49)
    assert.equal(seen, [])
    await clock.advance(1)
    assert.equal(seen, ['escape'])
    stream.write('\u001b[')
    await rest()
    await clock.advance(50)
    assert.equal(seen, ['escape', 'escape', '['])
    subscription.unsubscribe()
    assert.is(stream.listenerCount('data'), 0)
  })

  test('ends with the terminal', async () => {
    const { stream, seen } = begin()
    stream.end('q')
    await rest()
    assert.equal(seen, ['q', 'the end'])
  })
})
