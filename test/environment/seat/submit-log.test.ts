import * as assert from 'uvu/assert'
import { InvalidArgumentError } from '../../../src/index.ts'
import { logSubmit } from '../../../src/environment/seat/submit-log.ts'
import { suite } from '../../support/suite.ts'

const program = (file: string): { file: string; isRunning: boolean } => ({ file, isRunning: true })

suite('the log of submits', (test) => {
  test('counts those of a program, and knows what became of them by then', () => {
    const first = logSubmit(program('/a'), undefined)
    const second = logSubmit(program('/a'), undefined)
    const outcome = { result: null, error: new Error('no'), collected: new Map() }
    first.settle(outcome)
    const third = logSubmit(program('/a'), undefined)
    assert.equal([first.ordinal, second.ordinal, third.ordinal], [0, 1, 2])
    assert.equal(second.earlier, [null])
    assert.equal(third.earlier, [outcome, null])
    assert.is(logSubmit(program('/b'), undefined).ordinal, 0)
  })

  test('takes another program to submit first what it submits', () => {
    for (let i = 0; i < 2; i++) {
      assert.is(logSubmit({ file: '/c', isRunning: false }, undefined).ordinal, 0)
    }
    assert.is(logSubmit(program('/c'), 4).ordinal, 4)
    assert.is(logSubmit(program('/c'), undefined).ordinal, 0)
  })

  test('ends after a thousand, with a way on', () => {
    for (let i = 0; i < 1000; i++) logSubmit(program('/d'), undefined)
    assert.throws(
      () => logSubmit(program('/d'), undefined),
      (error: unknown) => error instanceof InvalidArgumentError && /entry/.test(error.message),
    )
  })
})
