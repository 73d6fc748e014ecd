import * as assert from 'uvu/assert'
import { HttpError } from '../../src/errors/connector-errors.ts'
import { MillraceError } from '../../src/errors/millrace-error.ts'
import { OperatorError } from '../../src/errors/operator-error.ts'
import { JobCancelledError, JobFailedError } from '../../src/job/job-errors.ts'
import type { JobResult } from '../../src/job/job-result.ts'
import { wireErrorSchema } from '../../src/protocol/wire-error.ts'
import { fromWireError, toWireError } from '../../src/protocol/wire-error-codec.ts'
import { suite } from '../support/suite.ts'

/** As it is on the other side of a wire. */
const sent = (thrown: unknown): Error & Record<string, unknown> => {
  const wire = wireErrorSchema.parse(JSON.parse(JSON.stringify(toWireError(thrown))))
  return fromWireError(wire) as Error & Record<string, unknown>
}

const site = { file: '/home/me/job.ts', line: 3, column: 7 }

const result: JobResult = {
  jobId: 'j',
  name: 'job',
  status: 'failed',
  startedAt: '2025-01-31T12:00:00.000Z',
  endedAt: '2025-01-31T12:00:01.000Z',
  durationMs: 1000,
  restarts: 0,
  restartCauses: [],
  nodes: [],
  services: [],
}

suite('an error that is sent to another process', (test) => {
  test('is of the same class, with all that it says', () => {
    const error = new OperatorError('it broke', { operator: 'map', site, record: '1', remedy: 'Mend it.' })
    const copy = sent(error)
    assert.instance(copy, OperatorError)
    assert.instance(copy, MillraceError)
    assert.instance(copy, Error)
    assert.not(copy instanceof JobFailedError)
    for (const key of ['name', 'message', 'stack', 'code', 'operator', 'site', 'record', 'remedy'] as const) {
      assert.equal(copy[key], error[key], key)
    }
    assert.equal(Object.keys(copy).sort(), Object.keys(error).sort())
  })

  test('has its causes, to a depth', () => {
    const cause = new TypeError('no', { cause: new MillraceError('ERR_X', 'x', { cause: 'a text' }) })
    const copy = sent(new Error('outer', { cause }))
    assert.instance(copy.cause, TypeError)
    const { cause: inner } = copy.cause as Error
    assert.is((inner as MillraceError).code, 'ERR_X')
    assert.is((inner as Error).cause, 'a text')

    const circle = new Error('round') as Error & { cause: unknown }
    circle.cause = circle
    let depth = 0
    for (let at: unknown = sent(circle); at instanceof Error; at = at.cause) depth++
    assert.is(depth, 8)
  })

  test('brings along the result and the dead letters of a job', () => {
    const letter = { record: { n: 1 }, operator: 'parse', nodeId: 'n1', attempts: 2, at: 5 }
    const letters = [
      { ...letter, error: new RangeError('bad') },
      { ...letter, record: 1n, error: 'a text' },
    ]
    const copy = sent(new JobFailedError('failed', result, letters, {}))
    assert.instance(copy, JobFailedError)
    const { result: books, deadLetters } = copy as unknown as JobFailedError
    assert.equal(books, result)
    assert.equal(deadLetters[0]!.record, { n: 1 })
    assert.instance(deadLetters[0]!.error, RangeError)
    assert.equal([deadLetters[1]!.record, deadLetters[1]!.error], ['1n', 'a text'])
    // As in process, an error that nobody catches is not printed with all of that.
    assert.not(Object.keys(copy).includes('result') || Object.keys(copy).includes('deadLetters'))
    const cancelled = sent(new JobCancelledError('cancelled', { ...result, status: 'cancelled' }))
    assert.equal(
      [cancelled instanceof JobCancelledError, cancelled['result']],
      [true, { ...result, status: 'cancelled' }],
    )
  })

  test('brings along plain fields of its own, and those of the system', () => {
    const http = new HttpError('refused', { url: 'http://host/', status: 503, retryable: true })
    const copy = sent(http)
    assert.equal([copy['status'], copy['url'], copy['retryable']], [503, 'http://host/', true])
    const system = sent(Object.assign(new Error('gone'), { code: 'ENOENT', errno: -2, path: '/x', held: {} }))
    assert.equal(
      [system['code'], system['errno'], system['path'], 'held' in system],
      ['ENOENT', -2, '/x', false],
    )
  })

  test('keeps the name of a class that is not known here', () => {
    class OutOfStock extends RangeError {
      override readonly name = 'OutOfStock'
    }
    const copy = sent(new OutOfStock('none left'))
    assert.equal([copy.name, copy.message, copy instanceof RangeError], ['OutOfStock', 'none left', true])
    assert.match(String(copy.stack), /^OutOfStock: none left|^RangeError: none left/)
  })

  test('may be anything at all', () => {
    const unreadable = new Proxy(new Error('x'), {
      get() {
        throw new Error('not even that')
      },
    })
    const values = ['a text', null, undefined, 5, { code: 1 }, Symbol('s'), unreadable, () => 1]
    for (const thrown of values) assert.instance(sent(thrown), Error)
    assert.is(sent('a text').message, 'a text')
    assert.ok(sent(new Error('long'.repeat(100_000))).message.length < 20_000)
    const hostile = fromWireError({
      name: 'E',
      lineage: [],
      message: 'm',
      fields: JSON.parse('{"__proto__":1,"x":2}') as never,
    })
    assert.equal(
      [Object.getPrototypeOf(hostile), (hostile as unknown as { x: number }).x],
      [Error.prototype, 2],
    )
  })
})
