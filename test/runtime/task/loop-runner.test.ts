import * as assert from 'uvu/assert'
import { LoopRunner } from '../../../src/runtime/task/loop-runner.ts'
import { Exit, LoopState } from '../../../src/runtime/task/loop-state.ts'
import { Pace } from '../../../src/runtime/task/pace.ts'
import { suite } from '../../support/suite.ts'
import { HandClock } from './support/hand-clock.ts'

suite('LoopRunner', (test) => {
  test('runs nothing where there is nothing to run on, whatever stages would say', () => {
    const state = new LoopState(0, [])
    let runs = 0
    const loop = {
      run: () => {
        runs++
        return Exit.held
      },
    }
    let status: 'ready' | 'signal' = 'ready'
    const head = { kind: 'chunk', fill: () => status }
    const parts = { head, state, loop, round: null, source: null }
    const runner = new LoopRunner(parts as never, new Pace(new HandClock(), () => {}))
    assert.is(runner.fill(), 'ready')
    assert.equal([runner.run(), runs], [Exit.held, 1])
    // A signal has passed: what comes behind it is for the head to say.
    status = 'signal'
    assert.is(runner.fill(), 'signal')
    assert.equal([runner.run(), runs], [Exit.pause, 1])
  })
})
