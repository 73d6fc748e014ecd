import { lookup } from 'node:dns/promises'
import { BlockList, isIP, isIPv4 } from 'node:net'
import { excerpt } from '../../../errors/excerpt.ts'
import { InvalidArgumentError } from '../../../errors/invalid-argument-error.ts'
import { WebhookAddressError } from '../../../errors/webhook-subscription-errors.ts'
import { isPublicAddress } from './public-address.ts'

export interface ResolvedAddress {
  readonly address: string
  readonly family: number
}

/** What a name leads to, at this moment. Rejects when it leads nowhere. */
export type Resolve = (hostname: string) => Promise<readonly ResolvedAddress[]>

const systemResolve: Resolve = (hostname) => lookup(hostname, { all: true, verbatim: true })

/**
 * Decides where webhooks may go. Whoever makes a subscription chooses a URL that this server then calls, so without it
 * they could reach what only the server can: a database next door, the metadata of a cloud.
 *
 * A name is resolved here, and what it leads to is what is connected to: nobody asks again in between, so a name that
 * leads elsewhere the second time gains nothing.
 */
export class AddressGuard {
  readonly #hosts = new Set<string>()
  readonly #networks = new BlockList()
  readonly #resolve: Resolve
  /** Names that are being looked up: one that takes long holds up only itself, however often it is asked for. */
  readonly #asked = new Map<string, Promise<readonly ResolvedAddress[]>>()

  /**
   * @param allowPrivate networks (`10.1.0.0/16`), addresses and names that may be called though they are not public.
   * @throws InvalidArgumentError for what is none of these.
   */
  constructor(allowPrivate: readonly string[] = [], resolve: Resolve = systemResolve) {
    this.#resolve = resolve
    const given: unknown = allowPrivate
    if (!Array.isArray(given)) throw notAllowable(given)
    for (const entry of allowPrivate) this.#allow(entry)
  }

  /**
   * Addresses that a URL may be connected to.
   * @throws WebhookAddressError when its host is not known, or leads to none.
   */
  async addressesOf(url: URL): Promise<readonly ResolvedAddress[]> {
    const host = hostOf(url)
    const all = await this.#lookUp(host)
    const good = this.#hosts.has(host) ? all : all.filter(({ address }) => this.#mayCall(address))
    if (good.length > 0) return good
    const where = all.map(({ address }) => address).join(', ')
    const what = host === where ? `${host} is not an address` : `${host} leads to ${where}, which is not`
    throw new WebhookAddressError(`${what} of the public internet`, {
      remedy: 'name a receiver that is, or have an admin allow it with `webhooks.allowPrivate` of the server',
    })
  }

  #mayCall(address: string): boolean {
    if (isPublicAddress(address)) return true
    const family = isIP(address)
    return (
      family !== 0 && !address.includes('%') && this.#networks.check(address, family === 4 ? 'ipv4' : 'ipv6')
    )
  }

  async #lookUp(host: string): Promise<readonly ResolvedAddress[]> {
    const family = isIP(host)
    if (family !== 0) return [{ address: host, family }]
    let asked = this.#asked.get(host)
    if (asked === undefined) {
      asked = this.#resolve(host).finally(() => this.#asked.delete(host))
      this.#asked.set(host, asked)
    }
    const found = await asked.catch((cause: unknown) => {
      throw unknownHost(host, (cause as { code?: string } | null)?.code ?? 'unknown', cause)
    })
    if (found.length === 0) throw unknownHost(host, 'ENODATA')
    return found
  }

  #allow(entry: string): void {
    const [network = '', prefix, ...rest] = entry.split('/')
    const family = isIPv4(network) ? 'ipv4' : 'ipv6'
    const bits = Number(prefix ?? (family === 'ipv4' ? 32 : 128))
    if (isIP(network) !== 0 && rest.length === 0 && prefix !== '') {
      if (Number.isInteger(bits) && bits >= 0 && bits <= (family === 'ipv4' ? 32 : 128)) {
        return this.#networks.addSubnet(network, bits, family)
      }
    } else if (prefix === undefined && /^(?!-)[a-z0-9_.-]+$/i.test(entry)) {
      this.#hosts.add(plainHost(entry))
      return
    }
    throw notAllowable(entry)
  }
}

const notAllowable = (entry: unknown): InvalidArgumentError =>
  new InvalidArgumentError(`webhooks.allowPrivate has ${excerpt(entry)}`, {
    remedy:
      'name networks as `10.1.0.0/16` or `fd00::/8`, addresses, or hosts as `hooks.internal`, in an array',
  })

/**
 * What somebody wants webhooks to be posted to.
 * @throws WebhookAddressError for what is not a URL of http or https, or has a user in it.
 */
export function webhookUrl(text: string): URL {
  const remedy = 'give one as `https://example.com/hooks`'
  const url = URL.canParse(text) ? new URL(text) : null
  if (url === null) throw new WebhookAddressError('the URL of a webhook cannot be read', { remedy })
  if (url.protocol !== 'https:' && url.protocol !== 'http:') {
    throw new WebhookAddressError(`a webhook is not posted to ${url.protocol}`, { remedy })
  }
  if (url.username !== '' || url.password !== '') {
    throw new WebhookAddressError('the URL of a webhook has a user or a password in it', {
      remedy: 'leave them out: webhooks are signed, so the receiver can tell who sent them',
    })
  }
  return url
}

const unknownHost = (host: string, code: string, cause?: unknown): WebhookAddressError =>
  new WebhookAddressError(`the name ${host} leads nowhere (${code})`, {
    remedy: 'see whether it is written right, and whether this machine can look names up',
    cause,
  })

/** Without the brackets that URLs put around IPv6. */
const hostOf = ({ hostname }: URL): string => plainHost(hostname.replace(/^\[(.*)\]$/, '$1'))

/** A dot at the end only says that there is nothing behind it. */
const plainHost = (host: string): string => host.toLowerCase().replace(/\.$/, '')
