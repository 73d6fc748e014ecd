import { parseUrl, type RequestHeaders } from '../../connectors/common/http-request.ts'
import { resolveRetry } from '../../connectors/common/retry-options.ts'
import { HttpError } from '../../errors/connector-errors.ts'
import { RayUnavailableError } from '../../errors/ray-errors.ts'
import type { ServiceContext, ServiceLifecycle } from '../../services/service-context.ts'
import type { ServiceFactory, ServiceSourceOptions } from '../../services/service-source.ts'
import { ServeClient } from './serve-client.ts'
import type { RayServeOptions, ServeMethod } from './serve-options.ts'

type AnyMethod = ServeMethod<(...args: unknown[]) => unknown>

/** A service that is made anew for each job. */
export type RayServeSource<T extends object> = ServiceSourceOptions & {
  readonly factory: ServiceFactory<T, []>
}

const DEFAULTS = { attempts: 3, backoff: { initial: 200 } }

/**
 * Deployments of Ray Serve as a service: `registerService('model', rayServe<Model>('http://head:8000/model', { methods: {
 * predict: '' } }))`. A call is a POST of its argument as JSON; its result is the answer.
 *
 * @throws InvalidArgumentError for an address that cannot be used. In the job HttpError, whose `retryable` says whether
 * the same call may succeed later; ServiceStartError where Serve does not answer, or has no such deployment.
 */
export function rayServe<T extends object>(
  address: string | URL,
  options: RayServeOptions<T>,
): RayServeSource<T> {
  const { methods, timeout = 30_000, maxBytes = 32 * 2 ** 20, check = true, ...rest } = options
  const { headers = {}, retry, ...sourceOptions } = rest
  const url = parseUrl('rayServe', address, ['http:', 'https:'])
  const resolved = resolveRetry('rayServe', { ...DEFAULTS, ...retry })
  const client = new ServeClient({ headers: closing(headers), timeout, retry: resolved, maxBytes })
  const named = Object.entries<string | AnyMethod>(methods as never)
  return {
    ...sourceOptions,
    factory: () => {
      let context: ServiceContext | undefined
      const service: ServiceLifecycle & Record<string, unknown> = {
        setup(ctx) {
          context = ctx
        },
        async start() {
          if (check) await checkRoute(client, url, context!.signal)
        },
      }
      for (const [name, given] of named) {
        const { path, body = bodyOf, result } = typeof given === 'string' ? { path: given } : given
        const target = below(url, path)
        service[name] = async (...args: unknown[]) => {
          const signal = context!.callSignal()
          const content = JSON.stringify(body(...args) ?? null)
          const json = { 'content-type': 'application/json' }
          const answer = await client.ask(
            { url: target, method: 'POST', body: content, headers: json },
            signal,
          )
          return result === undefined ? answer : result(answer)
        }
      }
      return service as T
    },
  }
}

/** Nothing of a service is open once it is down. */
function closing(headers: RequestHeaders): RequestHeaders {
  if (typeof headers !== 'function') return { ...headers, connection: 'close' }
  return async () => ({ ...(await headers()), connection: 'close' })
}

function bodyOf(...args: readonly unknown[]): unknown {
  return args.length < 2 ? args[0] : args
}

function below(url: URL, path: string): URL {
  if (path === '') return url
  const target = new URL(url)
  target.pathname = `${url.pathname.replace(/\/+$/, '')}/${path.replace(/^\/+/, '')}`
  return target
}

/** Serve says what it has. A proxy before it may not: that is no reason not to start. */
async function checkRoute(client: ServeClient, url: URL, signal: AbortSignal): Promise<void> {
  const routes = await client.ask({ url: new URL('/-/routes', url) }, signal).catch((error: unknown) => {
    if (error instanceof HttpError && error.status !== undefined) return null
    throw error
  })
  if (typeof routes !== 'object' || routes === null || Array.isArray(routes)) return
  const prefixes = Object.keys(routes)
  if (prefixes.some((prefix) => `${url.pathname}/`.startsWith(`${prefix.replace(/\/+$/, '')}/`))) return
  const there = prefixes.length === 0 ? 'nothing' : prefixes.join(', ')
  throw new RayUnavailableError(
    `Ray Serve at ${url.origin} has no deployment at ${url.pathname}, but ${there}.`,
    {
      remedy:
        'Deploy it, or pass the address of one that is there; { check: false } asks nothing at the start.',
    },
  )
}
