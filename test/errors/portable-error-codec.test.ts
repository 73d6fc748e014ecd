import * as assert from 'uvu/assert'
import { MillraceError } from '../../src/errors/millrace-error.ts'
import { ServiceTimeoutError } from '../../src/errors/service-errors.ts'
import { fromPortableError, toPortableError } from '../../src/errors/portable-error-codec.ts'
import { suite } from '../support/suite.ts'

class RateLimited extends RangeError {
  override readonly name = 'RateLimited'
  get isPassing(): boolean {
    return true
  }
}
class VeryLimited extends RateLimited {}
class NoStock extends MillraceError {}

/** What the protocol's own codec adds is tested there, with all that travels of any error. */
suite('an error that is made again elsewhere', (test) => {
  test('is of a class that is told by name, or of the nearest that is', () => {
    const classes = new Map([['RateLimited', RateLimited]])
    for (const error of [new RateLimited('slow down'), new VeryLimited('stop')]) {
      const copy = fromPortableError(structuredClone(toPortableError(error)), { classes })
      assert.instance(copy, RateLimited)
      assert.is((copy as RateLimited).isPassing, true)
      assert.equal([copy.name, copy.message, copy.stack], [error.name, error.message, error.stack])
    }
    const unknown = fromPortableError(toPortableError(new RateLimited('slow down')))
    assert.equal([unknown instanceof RangeError, unknown instanceof RateLimited], [true, false])
  })

  test('is one of ours by its name, without being told', () => {
    const late = new ServiceTimeoutError('late', { operator: 'rates', cause: new RateLimited('slow down') })
    const copy = fromPortableError(toPortableError(late))
    assert.instance(copy, ServiceTimeoutError)
    assert.instance(copy.cause, RangeError)
    assert.instance(fromPortableError(toPortableError(new NoStock('ERR_STOCK', 'none left'))), NoStock)
  })

  test('has what else there is to tell of one of ours, and so have its causes', () => {
    const inner = new MillraceError('ERR_INNER', 'inner')
    const outer = new MillraceError('ERR_OUTER', 'outer', { cause: inner })
    const portable = toPortableError(outer, { depth: 2, more: ({ code }, depth) => ({ told: code, depth }) })
    const seen: unknown[] = []
    fromPortableError(portable, { restore: (error, from) => seen.push([error.message.split('\n')[0], from]) })
    assert.equal(seen, [
      ['inner', portable.cause],
      ['outer', portable],
    ])
    assert.is((portable as { depth?: number }).depth, 2)
    assert.is((portable.cause as { depth?: number }).depth, 1)
  })
})
