import { isIP } from 'node:net'
import type { MiddlewareHandler } from 'hono'
import { ForbiddenError } from '../../errors/job-server-errors.ts'
import type { ServerEnv, ServerRequest } from './server-context.ts'

interface Allowed {
  readonly hosts: readonly string[]
  readonly origins: readonly string[]
}

/**
 * Refuses what a web page makes a browser send. A page may have a name of its own lead to this address (DNS rebinding):
 * then Host has that name. Or it sends requests across origins: then Origin, or Sec-Fetch-Site, tells.
 */
export function originGuard({ hosts, origins }: Allowed): MiddlewareHandler<ServerEnv> {
  const allowed = { hosts: hosts.map((host) => host.toLowerCase()), origins: origins.map(normalOrigin) }
  return async (c, next) => {
    checkHost(c, allowed)
    checkOrigin(c, allowed)
    await next()
  }
}

function checkHost(c: ServerRequest, allowed: Allowed): void {
  const name = hostOf(c)?.hostname.replace(/\.$/, '')
  if (name !== undefined && (isLocalName(name) || isAddress(name) || allowed.hosts.includes(name))) return
  throw new ForbiddenError('The server does not go by the name in the Host header.', {
    remedy: 'Call it by its address, or give its name in the option `allowedHosts`.',
  })
}

function checkOrigin(c: ServerRequest, allowed: Allowed): void {
  const origin = c.req.header('origin')
  if (origin === undefined) {
    // Browsers say so also where they send no Origin: images, scripts, forms that GET.
    if (c.req.header('sec-fetch-site') !== 'cross-site' || !c.req.path.startsWith('/api/')) return
  } else if (allowed.origins.includes(normalOrigin(origin)) || urlOf(origin)?.host === hostOf(c)?.host) return
  throw new ForbiddenError('Pages of other origins may not use the server.', {
    remedy: 'Give the origin in the option `allowedOrigins` if the page is yours.',
  })
}

const isLocalName = (name: string): boolean => name === 'localhost' || name.endsWith('.localhost')

/** Rebinding needs a name: an address always leads to where it says. */
const isAddress = (name: string): boolean => isIP(name.replace(/^\[(.*)\]$/, '$1')) !== 0

const hostOf = (c: ServerRequest): URL | undefined =>
  urlOf(`http://${c.req.header('host') ?? new URL(c.req.url).host}`)

const normalOrigin = (origin: string): string => urlOf(origin)?.origin ?? origin

function urlOf(text: string): URL | undefined {
  return URL.canParse(text) ? new URL(text) : undefined
}
