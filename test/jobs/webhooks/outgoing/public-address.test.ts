import fc from 'fast-check'
import * as assert from 'uvu/assert'
import { isPublicAddress } from '../../../../src/jobs/webhooks/outgoing/public-address.ts'
import { suite } from '../../../support/suite.ts'

/** Bits of an address, first to last: an oracle that knows nothing of lists of networks. */
const bits = (text: string): string =>
  text
    .split('.')
    .map((part) => Number(part).toString(2).padStart(8, '0'))
    .join('')

/** All that is not public in IPv4, as the beginnings of their bits. */
const special = [
  bits('0'),
  bits('10'),
  bits('100.64').slice(0, 10),
  bits('127'),
  bits('169.254'),
  bits('172.16').slice(0, 12),
  bits('192.0.0'),
  bits('192.0.2'),
  bits('192.88.99'),
  bits('192.168'),
  bits('198.18').slice(0, 15),
  bits('198.51.100'),
  bits('203.0.113'),
  '111',
]

const isSpecial = (address: string): boolean => special.some((start) => bits(address).startsWith(start))

const ipv4 = fc.tuple(fc.nat(255), fc.nat(255), fc.nat(255), fc.nat(255)).map((parts) => parts.join('.'))

/** Within a network that is not public, which chance alone would seldom hit. */
const inSpecial = fc
  .tuple(fc.constantFrom(...special), fc.bigInt(0n, 2n ** 32n - 1n))
  .map(([start, rest]) => {
    const all = start + rest.toString(2).padStart(32, '0').slice(start.length)
    return [0, 8, 16, 24].map((at) => Number.parseInt(all.slice(at, at + 8), 2)).join('.')
  })

const groups = (count: number): fc.Arbitrary<string> =>
  fc
    .array(fc.nat(0xffff), { minLength: count, maxLength: count })
    .map((parts) => parts.map((part) => part.toString(16)).join(':'))

const hex = (address: string): string => {
  const [a = 0, b = 0, c = 0, d = 0] = address.split('.').map(Number)
  return `${((a << 8) | b).toString(16)}:${((c << 8) | d).toString(16)}`
}

suite('isPublicAddress', (test) => {
  test('of IPv4 refuses what the registries say is special, and nothing else', () => {
    fc.assert(
      fc.property(fc.oneof(ipv4, inSpecial), (address) => {
        assert.is(isPublicAddress(address), !isSpecial(address), address)
      }),
      { numRuns: 2000 },
    )
  })

  test('takes the edges of networks exactly', () => {
    const edges: readonly (readonly [string, boolean])[] = [
      ['9.255.255.255', true],
      ['10.0.0.0', false],
      ['10.255.255.255', false],
      ['11.0.0.0', true],
      ['100.63.255.255', true],
      ['100.64.0.0', false],
      ['100.127.255.255', false],
      ['100.128.0.0', true],
      ['172.15.255.255', true],
      ['172.31.255.255', false],
      ['172.32.0.0', true],
      ['169.254.169.254', false],
      ['223.255.255.255', true],
      ['224.0.0.0', false],
      ['255.255.255.255', false],
      ['0.0.0.0', false],
    ]
    for (const [address, expected] of edges) assert.is(isPublicAddress(address), expected, address)
  })

  test('knows an IPv4 address in every disguise of IPv6', () => {
    fc.assert(
      fc.property(fc.oneof(ipv4, inSpecial), (address) => {
        const disguises = [
          `::ffff:${address}`,
          `::ffff:${hex(address)}`,
          `0:0:0:0:0:ffff:${hex(address)}`,
          `::${hex(address)}`,
          `::ffff:0:${hex(address)}`,
          `64:ff9b::${address}`,
          `64:ff9b::${hex(address)}`,
          `64:ff9b:1::${hex(address)}`,
          `2002:${hex(address)}::1`,
          `2001:0:${hex(address)}::1`,
        ]
        for (const disguise of disguises) assert.not(isPublicAddress(disguise), disguise)
      }),
    )
  })

  test('of IPv6 refuses what is not global unicast', () => {
    const local = fc.tuple(
      fc.constantFrom('fc00', 'fd12', 'fe80', 'febf', 'fec0', 'ff02', 'ff0e', '100', '5f00', '4000', '1fff'),
      groups(7),
    )
    fc.assert(
      fc.property(local, ([start, rest]) => {
        assert.not(isPublicAddress(`${start}:${rest}`), `${start}:${rest}`)
      }),
    )
    for (const address of [
      '::',
      '::1',
      '2001:db8::1',
      '2001:1::1',
      '2001:1ff:ffff::1',
      '3fff::1',
      '3fff:fff::',
    ])
      assert.not(isPublicAddress(address), address)
  })

  test('takes what is', () => {
    for (const address of [
      '2001:200::1',
      '2001:4860:4860::8888',
      '2606:4700:4700::1111',
      '2a00:1450:4001::200e',
    ])
      assert.ok(isPublicAddress(address), address)
    for (const address of ['1.1.1.1', '8.8.8.8', '192.0.1.1', '198.17.0.1', '198.20.0.1'])
      assert.ok(isPublicAddress(address), address)
  })

  test('refuses what is no address, or has a zone', () => {
    for (const address of ['', 'localhost', '1.1.1', '0x7f.1', '1.1.1.1 ', 'fe80::1%eth0', '2606:4700::1%1'])
      assert.not(isPublicAddress(address), address)
  })
})
