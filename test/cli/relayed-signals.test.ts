import { EventEmitter } from 'node:events'
import process from 'node:process'
import * as assert from 'uvu/assert'
import { RelayedSignals } from '../../src/cli/programs/inside/relayed-signals.ts'
import { suite } from '../support/suite.ts'

type Watched = ConstructorParameters<typeof RelayedSignals>[0]

/** A process that notes the signals it has sent itself. */
class FakeProcess extends EventEmitter {
  readonly pid = 1
  readonly killed: string[] = []
  readonly kill = (_pid: number, signal: string): boolean => this.killed.push(signal) > 0
}

const relayed = (): { own: FakeProcess; signals: RelayedSignals } => {
  const own = new FakeProcess()
  return { own, signals: new RelayedSignals(own as unknown as Watched) }
}

const turn = async (): Promise<void> => {
  for (let i = 0; i < 2; i++) await new Promise((resolve) => setImmediate(resolve))
}

suite('RelayedSignals', (test) => {
  test('counts a signal once that the terminal sends to both', async () => {
    const { own, signals } = relayed()
    let heard = 0
    own.on('SIGINT', () => heard++)
    own.emit('SIGINT', 'SIGINT')
    signals.relay('SIGINT', 1)
    await turn()
    assert.is(heard, 1)
    // The word of it may come first, within one turn.
    signals.relay('SIGINT', 2)
    own.emit('SIGINT', 'SIGINT')
    await turn()
    assert.is(heard, 2)
  })

  test('passes on what the command alone was sent', async () => {
    const { own, signals } = relayed()
    const heard: string[] = []
    own.on('SIGTERM', (signal: string) => heard.push(signal))
    signals.relay('SIGTERM', 1)
    signals.relay('SIGTERM', 2)
    await turn()
    assert.equal([heard, own.killed], [['SIGTERM', 'SIGTERM'], []])
  })

  test('leaves a process that does not listen to end as it would', async () => {
    const { own, signals } = relayed()
    assert.is(own.listenerCount('SIGINT'), 0)
    const listener = (): void => {}
    own.on('SIGINT', listener)
    own.off('SIGINT', listener)
    assert.is(own.listenerCount('SIGINT'), 0)
    signals.relay('SIGINT', 1)
    await turn()
    assert.equal(own.killed, ['SIGINT'])
  })

  test('works with the real process', async () => {
    const before = process.listenerCount('SIGTERM')
    const signals = new RelayedSignals(process, ['SIGTERM'])
    let heard = 0
    const listener = (): void => void heard++
    process.on('SIGTERM', listener)
    process.kill(process.pid, 'SIGTERM')
    while (heard === 0) await turn()
    signals.relay('SIGTERM', 1)
    await turn()
    process.off('SIGTERM', listener)
    assert.equal([heard, process.listenerCount('SIGTERM')], [1, before])
  })
})
