import { type AddressRanges, addressRanges, plainAddress } from '../../util/address-ranges.ts'
import type { ServerRequest } from './server-context.ts'

/** Where a request came from, in one form for each address. Who asks without a socket is in this process: `here`. */
export type AddressOf = (request: ServerRequest) => string

/**
 * What proxies tell of where a request came from is believed as far as they are trusted: each adds the address it was
 * called from at the end, so it is read from there, up to the first address that is no trusted proxy's. What stands
 * before that anybody may have written. Proxies know `X-Forwarded-For` or `Forwarded`, and let the other one pass as it
 * came: where both are there, only that is believed on which they agree.
 *
 * @param trusted addresses and ranges of proxies
 * @throws InvalidArgumentError for what is neither
 */
export function clientAddress(trusted: readonly string[]): AddressOf {
  const proxies = addressRanges(trusted, 'trustedProxies')
  return ({ env, req }) => {
    const peer = env?.incoming?.socket.remoteAddress
    if (peer === undefined) return 'here'
    const address = plainAddress(peer) ?? peer
    if (!proxies.has(address)) return address
    return beforeProxies(address, toldBy(req.header('x-forwarded-for'), req.header('forwarded')), proxies)
  }
}

/** From the last proxy on, which is the first of `told`, the first that is none. */
function beforeProxies(peer: string, told: readonly (string | null)[], proxies: AddressRanges): string {
  let address = peer
  for (const next of told) {
    if (next === null) return address
    address = next
    if (!proxies.has(address)) return address
  }
  return address
}

/** Addresses, the last that was added first; null for what is none. */
function toldBy(
  xForwardedFor: string | undefined,
  forwarded: string | undefined,
): readonly (string | null)[] {
  const one = xForwardedFor === undefined ? null : xForwardedFor.split(',').reverse().map(addressIn)
  const other = forwarded === undefined ? null : forwarded.split(',').reverse().map(forOf)
  if (one === null || other === null) return one ?? other ?? []
  return one.map((address, index) => (address === other[index] ? address : null))
}

const pair = /^\s*([\w-]+)=(?:([\w.:[\]-]+)|"([^"\\]*)")\s*$/

/**
 * The address in an element of `Forwarded` (RFC 7239). It is cut out of the header without regard to quotes, as what a
 * client has sent in front may have an open one; an element that has such characters in its values is not believed.
 */
function forOf(element: string): string | null {
  const pairs = element.split(';').map((text) => pair.exec(text))
  if (pairs.includes(null)) return null
  const nodes = pairs.filter((match) => match![1]!.toLowerCase() === 'for')
  return nodes.length === 1 ? addressIn(nodes[0]![2] ?? nodes[0]![3]!) : null
}

/** Some add the port. `unknown`, and names that hide an address, are none. */
function addressIn(text: string): string | null {
  const node = text.trim()
  const match = /^\[([^\]]+)\](?::\d+)?$/.exec(node) ?? /^(\d+\.\d+\.\d+\.\d+)(?::\d+)?$/.exec(node)
  return plainAddress(match?.[1] ?? node)
}
