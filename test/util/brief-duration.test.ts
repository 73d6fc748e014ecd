import * as assert from 'uvu/assert'
import { briefDuration } from '../../src/util/brief-duration.ts'
import { suite } from '../support/suite.ts'

suite('briefDuration', (test) => {
  test('has two figures that matter', () => {
    const texts = [0, 0.004, 0.44, 9.94, 9.95, 12.3, 999, 999.6, 1_240, 9_960, 95_200].map(briefDuration)
    assert.equal(texts, [
      ...['0 ms', '0.1 ms', '0.4 ms', '9.9 ms', '10 ms', '12 ms', '999 ms'],
      ...['1.0 s', '1.2 s', '10 s', '95 s'],
    ])
  })
})
