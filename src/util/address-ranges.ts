import { BlockList, isIP, SocketAddress } from 'node:net'
import { InvalidArgumentError } from '../errors/invalid-argument-error.ts'

/** Addresses of which somebody has said that they are something. */
export interface AddressRanges {
  /** Whether one of the ranges has it. What is no address is in none. */
  has(address: string): boolean
}

/**
 * Ranges as people write them: `10.0.0.0/8`, `2001:db8::/32`, or an address alone.
 * @throws InvalidArgumentError which names the one that cannot be read, and `what`, which they are for.
 */
export function addressRanges(ranges: readonly string[], what: string): AddressRanges {
  // One for each: in a list of both, `::/0` would have all of IPv4 too.
  const lists = { ipv4: new BlockList(), ipv6: new BlockList() }
  for (const range of ranges) {
    const { address, length } = parse(range) ?? refuse(range, what)
    const family = familyOf(address)
    lists[family].addSubnet(address, length, family)
  }
  return {
    has: (address) => {
      const plain = plainAddress(address)
      if (plain === null) return false
      const family = familyOf(plain)
      return lists[family].check(plain, family)
    },
  }
}

/**
 * An address in the one form that it is compared in: IPv6 shortened and without its zone, and IPv4 as IPv4, also where a
 * socket of IPv6 tells it. Null: it is none.
 */
export function plainAddress(address: string): string | null {
  const [bare = ''] = address.split('%', 1)
  const version = isIP(bare)
  if (version === 0) return null
  if (version === 4) return bare
  const short = new SocketAddress({ address: bare, family: 'ipv6' }).address
  return /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i.exec(short)?.[1] ?? short
}

function parse(range: string): { readonly address: string; readonly length: number } | null {
  const [text = '', prefix, ...rest] = range.split('/')
  const address = text.includes('%') ? null : plainAddress(text)
  if (address === null || rest.length > 0) return null
  const bits = isIP(address) === 4 ? 32 : 128
  if (prefix === undefined) return { address, length: bits }
  // Of `::ffff:10.0.0.0/104` it is the last 8 that count.
  const length = Number(prefix) - (isIP(text) === 6 ? 128 - bits : 0)
  return /^\d{1,3}$/.test(prefix) && length >= 0 && length <= bits ? { address, length } : null
}

const familyOf = (address: string): 'ipv4' | 'ipv6' => (isIP(address) === 6 ? 'ipv6' : 'ipv4')

function refuse(range: string, what: string): never {
  throw new InvalidArgumentError(`${what}: \`${range}\` is no address and no range of addresses`, {
    remedy: 'give addresses, or ranges as in 10.0.0.0/8 and 2001:db8::/32',
  })
}
