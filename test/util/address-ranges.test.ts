import fc from 'fast-check'
import * as assert from 'uvu/assert'
import { InvalidArgumentError } from '../../src/errors/invalid-argument-error.ts'
import { addressRanges, plainAddress } from '../../src/util/address-ranges.ts'
import { suite } from '../support/suite.ts'

suite('ranges of addresses', (test) => {
  const has = (range: string, address: string): boolean => addressRanges([range], 'allowFrom').has(address)

  for (const [range, inside, outside] of [
    ['10.0.0.0/8', '10.255.0.1', '11.0.0.0'],
    ['10.1.2.3/8', '10.255.0.1', '9.255.255.255'],
    ['192.168.1.7', '192.168.1.7', '192.168.1.8'],
    ['192.168.1.7/32', '::ffff:192.168.1.7', '::ffff:192.168.1.6'],
    ['::ffff:10.0.0.0/104', '10.1.1.1', '11.1.1.1'],
    ['0.0.0.0/0', '255.255.255.255', '::1'],
    ['::/0', '2001:db8::1', '1.2.3.4'],
    ['2001:DB8::/32', '2001:db8:0:0::1', '2001:db9::1'],
    ['fe80::/10', 'fe80::1%eth0', '::1'],
    ['::1', '0:0:0:0:0:0:0:1', '::2'],
  ] as const) {
    test(`${range} has ${inside} and not ${outside}`, () => {
      assert.ok(has(range, inside))
      assert.not(has(range, outside))
      assert.not(has(range, 'nonsense'))
      assert.not(has(range, ''))
    })
  }

  for (const range of [
    '',
    'localhost',
    '10.0.0.0/33',
    '10.0.0.0/-1',
    '10.0.0.0/',
    '10.0.0.0/8/8',
    '10.0.0/8',
    '::/129',
    '::ffff:10.0.0.0/8',
    'fe80::1%eth0',
    ' 10.0.0.1',
  ]) {
    test(`'${range}' is none`, () => {
      assert.throws(
        () => addressRanges(['10.0.0.0/8', range], 'allowFrom'),
        (error: unknown) => error instanceof InvalidArgumentError && error.message.startsWith('allowFrom: '),
      )
    })
  }

  test('of none has nothing', () => assert.not(addressRanges([], 'allowFrom').has('127.0.0.1')))

  test('say of IPv4 what counting bits says', () => {
    const part = fc.integer({ min: 0, max: 255 })
    const address = fc.tuple(part, part, part, part)
    const bitsOf = (parts: readonly number[]): string =>
      parts.map((each) => each.toString(2).padStart(8, '0')).join('')
    fc.assert(
      fc.property(address, fc.integer({ min: 0, max: 32 }), address, (range, length, other) => {
        const expected = bitsOf(range).slice(0, length) === bitsOf(other).slice(0, length)
        assert.is(has(`${range.join('.')}/${length}`, other.join('.')), expected)
      }),
    )
  })

  test('an address has one form', () => {
    assert.is(plainAddress('::ffff:1.2.3.4'), '1.2.3.4')
    assert.is(plainAddress('::FFFF:102:304'), '1.2.3.4')
    assert.is(plainAddress('2001:0DB8:0:0::1'), '2001:db8::1')
    assert.is(plainAddress('fe80::1%eth0'), 'fe80::1')
    assert.is(plainAddress('1.2.3.04'), null)
    assert.is(plainAddress('1.2.3.4:80'), null)
  })
})
