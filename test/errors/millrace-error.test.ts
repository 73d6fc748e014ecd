import * as assert from 'uvu/assert'
import { InvalidArgumentError } from '../../src/errors/invalid-argument-error.ts'
import type * as original from '../../src/errors/millrace-error.ts'
import { MillraceError } from '../../src/errors/millrace-error.ts'
import { OperatorError } from '../../src/errors/operator-error.ts'
import { SchemaError } from '../../src/errors/schema-error.ts'
import { suite } from '../support/suite.ts'

/** The same module once more, as a second copy of the package has it. */
const copy = (): Promise<typeof original> =>
  import(`../../src/errors/millrace-error.ts?${'copy'}`) as Promise<typeof original>

suite('MillraceError', (test) => {
  test('says what happened, where, with which record, and what to do', () => {
    const site = { file: '/home/me/job.ts', line: 12, column: 3 }
    const cause = new Error('no such file')
    const error = new OperatorError("Operator 'parse' failed: no such file", {
      operator: 'parse',
      site,
      record: "{ path: 'a' }",
      remedy: 'Mend it.',
      cause,
    })
    assert.is(
      error.message,
      [
        "Operator 'parse' failed: no such file",
        '  operator: parse (/home/me/job.ts:12)',
        "  record:   { path: 'a' }",
        '  remedy:   Mend it.',
      ].join('\n'),
    )
    assert.equal([error.name, error.code], ['OperatorError', 'ERR_OPERATOR'])
    assert.equal([error.operator, error.record, error.remedy], ['parse', "{ path: 'a' }", 'Mend it.'])
    assert.is(error.site, site)
    assert.is(error.cause, cause)
  })

  test('leaves out what it is not told', () => {
    const error = new MillraceError('ERR_X', 'Just this.')
    assert.is(error.message, 'Just this.')
    assert.not('cause' in error)
    assert.equal([error.remedy, error.operator, error.site, error.record], Array(4).fill(undefined))
    assert.ok('cause' in new MillraceError('ERR_X', 'x', { cause: undefined }), 'undefined was thrown')
    const site = { file: 'a.ts', line: 1, column: 1 }
    assert.is(new MillraceError('ERR_X', 'x', { site }).message, 'x\n  at:       a.ts:1')
    assert.is(new MillraceError('ERR_X', 'x', { operator: 'o' }).message, 'x\n  operator: o')
  })

  test('instanceof knows each class and its parents, and nothing else', () => {
    const error = new OperatorError('x', {})
    for (const type of [OperatorError, MillraceError, Error]) assert.ok(error instanceof type)
    for (const type of [SchemaError, InvalidArgumentError]) assert.not(error instanceof type)
    assert.not(new MillraceError('ERR_X', 'x') instanceof OperatorError)
    for (const other of [
      new Error('x'),
      { name: 'MillraceError' },
      null,
      undefined,
      'MillraceError',
      () => {},
    ])
      assert.not((other as unknown) instanceof MillraceError)
  })

  test('instanceof holds across two copies of the package, both ways', async () => {
    const { MillraceError: Theirs } = await copy()
    assert.is.not(Theirs, MillraceError)
    const theirs = new Theirs('ERR_X', 'x')
    assert.instance(theirs, MillraceError)
    assert.instance(new OperatorError('x', {}), Theirs)
    class Mine extends Theirs {}
    assert.instance(new Mine('ERR_X', 'x'), MillraceError)
    assert.not(theirs instanceof Mine)
  })

  test('its mark is not printed, and a user may extend it', () => {
    class MineError extends MillraceError {
      readonly extra = 1
    }
    const error = new MineError('ERR_MINE', 'mine')
    assert.is(error.name, 'MineError')
    assert.instance(error, MineError)
    assert.instance(error, MillraceError)
    assert.equal(
      Object.getOwnPropertySymbols(error).filter((s) => Object.propertyIsEnumerable.call(error, s)),
      [],
    )
    assert.match(error.stack ?? '', 'millrace-error.test.ts')
  })

  test('a schema error carries the issues of the library', () => {
    const issues = [{ message: 'no' }]
    assert.is(new SchemaError('x', issues).issues, issues)
  })
})
