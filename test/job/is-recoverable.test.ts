import * as assert from 'uvu/assert'
import {
  CheckpointCorruptError,
  CheckpointTimeoutError,
  SourcePositionError,
  StateMappingError,
  StateVersionError,
} from '../../src/errors/checkpoint-errors.ts'
import {
  InvalidArgumentError,
  InvalidGraphError,
  OperatorError,
  ServiceTimeoutError,
  TerminalError,
} from '../../src/index.ts'
import { isRecoverable } from '../../src/job/is-recoverable.ts'
import { suite } from '../support/suite.ts'

suite('isRecoverable', (test) => {
  test('holds for what may be gone the next time', () => {
    for (const error of [
      new Error('no network'),
      new ServiceTimeoutError('slow'),
      new CheckpointTimeoutError('slow'),
      'text',
      undefined,
      null,
    ]) {
      assert.ok(isRecoverable(error))
      assert.ok(isRecoverable(new OperatorError('failed', { cause: error })))
    }
  })

  test('does not hold for what comes again', () => {
    class OutOfCredit extends TerminalError {}
    const kinds = [
      ...[TerminalError, OutOfCredit, InvalidArgumentError, InvalidGraphError],
      ...[CheckpointCorruptError, SourcePositionError, StateMappingError, StateVersionError],
    ]
    for (const error of kinds.map((Kind) => new Kind('no'))) {
      assert.not(isRecoverable(error))
      assert.not(isRecoverable(new OperatorError('failed', { cause: new Error('mine', { cause: error }) })))
    }
  })

  test('looks at any error, however odd', () => {
    const circle = new Error('circle')
    circle.cause = circle
    assert.ok(isRecoverable(circle))
    const hostile = Object.defineProperty({}, 'cause', {
      get: () => {
        throw new Error('keep out')
      },
    })
    assert.ok(isRecoverable(hostile))
  })
})
