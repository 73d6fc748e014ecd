import { randomBytes } from 'node:crypto'
import { OpenAPIHono } from '@hono/zod-openapi'
import type { Context, MiddlewareHandler } from 'hono'
import { methodNotAllowed } from 'hono/method-not-allowed'
import { matchedRoutes } from 'hono/route'
import type { ContentfulStatusCode } from 'hono/utils/http-status'
import { InvalidArgumentError } from '../../errors/invalid-argument-error.ts'
import { type Logger, silentLogger } from '../../functions/logger.ts'
import type { Clock } from '../../time/clock.ts'
import { realClock } from '../../time/real-clock.ts'
import { packageVersion } from '../../util/package-version.ts'
import { resolveBackground } from '../background-options.ts'
import { EventTail } from '../events/event-tail.ts'
import { StreamRegistry } from '../events/stream-registry.ts'
import { noForeignJobs } from '../foreign/no-foreign-jobs.ts'
import type { JobManager } from '../job-manager.ts'
import { JobProgressReports } from '../progress/job-progress-reports.ts'
import { WaitRegistry } from '../progress/wait-registry.ts'
import { MemoryWebhookInbox } from '../store/memory/memory-webhook-inbox.ts'
import { IncomingWebhooks } from '../webhooks/incoming/incoming-webhooks.ts'
import { noWebhooks } from '../webhooks/outgoing/no-webhooks.ts'
import { Authenticator } from './authenticator.ts'
import { clientAddress } from './client-address.ts'
import { jsonBody } from './json-body.ts'
import { addComponents } from './openapi-document.ts'
import { originGuard } from './origin-guard.ts'
import { problemOf } from './problem-of.ts'
import { Refusal } from './refusal.ts'
import { refuseInvalid } from './refuse-invalid.ts'
import { addActionRoutes } from './routes/action-routes.ts'
import { addDeadLetterRoutes } from './routes/dead-letter-routes.ts'
import { addDetailRoutes } from './routes/detail-routes.ts'
import { addEventRoutes } from './routes/event-routes.ts'
import { addFileRoutes } from './routes/file-routes.ts'
import { addForeignRoutes } from './routes/foreign-routes.ts'
import { addIncomingWebhookRoutes } from './routes/incoming-webhook-routes.ts'
import { addJobRoutes } from './routes/job-routes.ts'
import { addNewJobRoutes } from './routes/new-job-routes.ts'
import { addPageRoutes } from './routes/page-routes.ts'
import { addProgressRoutes } from './routes/progress-routes.ts'
import { addServerRoutes } from './routes/server-routes.ts'
import { addStreamRoutes } from './routes/stream-routes.ts'
import { addTapRoutes } from './routes/tap-routes.ts'
import { addTokenRoutes } from './routes/token-routes.ts'
import { addWebhookDeliveryRoutes } from './routes/webhook-delivery-routes.ts'
import { addWebhookSubscriptionRoutes } from './routes/webhook-subscription-routes.ts'
import type { ServerContext, ServerEnv, ServerHono } from './server-context.ts'
import { defaultLimits, resolveLimits } from './server-limits.ts'
import { ServerMetrics } from './server-metrics.ts'
import type { ServerAppOptions } from './server-options.ts'

/** Milliseconds that a client of a stream waits before it comes back. */
const RETRY = 2000
/** A token of fewer characters could be guessed. */
const SHORTEST_TOKEN = 16

/** What answers requests, and what it holds. */
export interface ServerApp {
  readonly app: ServerHono
  /** From now on nothing new is begun, and /readyz says so; what is there goes on being told. */
  startClosing(): void
  /** Ends all streams, and listens to the manager no more. */
  close(): void
  /** Resolves when nothing is written any more of what clients have sent: when their connections are closed, soon. */
  settled(): Promise<void>
}

/**
 * The HTTP API over a manager, without sockets: `app.fetch` answers requests, `app.request` is for tests.
 * @throws InvalidArgumentError for a token that is too short, and limits that are none.
 */
export function createServerApp(manager: JobManager, options: ServerAppOptions): ServerApp {
  const context = contextOf(manager, options)
  const app: ServerHono = new OpenAPIHono<ServerEnv>({ defaultHook: refuseInvalid })
  addComponents(app)
  addMiddleware(app, context, options)
  addJobRoutes(app, context)
  addNewJobRoutes(app, context)
  addActionRoutes(app, context)
  addDetailRoutes(app, context)
  addForeignRoutes(app, context)
  addProgressRoutes(app, context)
  const settled = addFileRoutes(app, context)
  addEventRoutes(app, context)
  addStreamRoutes(app, context)
  addTapRoutes(app, context)
  addDeadLetterRoutes(app, context)
  addTokenRoutes(app, context)
  addWebhookSubscriptionRoutes(app, context)
  addWebhookDeliveryRoutes(app, context)
  addServerRoutes(app, context)
  addPageRoutes(app)
  return {
    app,
    startClosing: () => void (context.closing = true),
    close: () => {
      context.closing = true
      context.streams.close()
      context.waits.close()
      context.progress.close()
      context.tail.close()
    },
    settled,
  }
}

function contextOf(manager: JobManager, options: ServerAppOptions): ServerContext {
  const { tokens, token = null, requireToken = false, clock = realClock, logger = silentLogger } = options
  if (token !== null && token.length < SHORTEST_TOKEN) {
    throw new InvalidArgumentError(`The token has fewer than ${SHORTEST_TOKEN} characters.`, {
      remedy: 'Take one that cannot be guessed, as from `openssl rand -hex 32`.',
    })
  }
  const limits = resolveLimits(options.limits ?? {})
  const metrics = new ServerMetrics()
  const settings = {
    heartbeat: options.heartbeat ?? 15_000,
    retry: RETRY,
    stall: limits.streamStall,
    queue: limits.streamQueue,
  }
  const { authFailures } = limits
  const { foreign, stageRules } = options
  const progress = new JobProgressReports({ manager, clock, foreign, stageRules })
  return {
    manager,
    foreign: options.foreign ?? noForeignJobs(manager),
    tokens,
    webhooks: options.webhooks ?? noWebhooks,
    incomingWebhooks: options.incomingWebhooks ?? noIncomingWebhooks(clock, logger),
    addressOf: clientAddress(options.trustedProxies ?? []),
    authenticator: new Authenticator(tokens, clock, { token, required: requireToken, authFailures }),
    tail: new EventTail(manager.events, clock, (event) => {
      metrics.countEvent(event)
      progress.onEvent(event)
    }),
    progress,
    waits: new WaitRegistry(clock, limits.waits),
    streams: new StreamRegistry(clock, settings, {
      all: limits.streams,
      perAddress: limits.streamsPerAddress,
    }),
    metrics,
    limits,
    memoryMb: options.memoryMb ?? 1024,
    background: options.background ?? resolveBackground(),
    progressInterval: options.progressInterval ?? 500,
    clock,
    logger,
    version: packageVersion(),
    instance: randomBytes(8).toString('hex'),
    startedAt: clock.now(),
    closing: false,
  }
}

function addMiddleware(app: ServerHono, context: ServerContext, options: ServerAppOptions): void {
  const { authenticator, addressOf, metrics, limits, logger } = context
  const refuse = (error: unknown, c: Context): Response => {
    const { problem, headers, unexpected } = problemOf(error)
    if (unexpected) logger.error(`${c.req.method} ${c.req.path} failed.`, { error })
    const type = { 'Content-Type': 'application/problem+json' }
    return c.body(JSON.stringify(problem), problem.status as ContentfulStatusCode, { ...headers, ...type })
  }
  const authenticate: MiddlewareHandler<ServerEnv> = async (c, next) => {
    c.set('principal', authenticator.authenticate(c.req.header('authorization'), addressOf(c)))
    await next()
  }
  app.use(async (c, next) => {
    await next()
    const route = matchedRoutes(c).findLast(({ method }) => method !== 'ALL')?.path ?? 'none'
    metrics.countRequest(c.req.method, route, c.res.status)
    c.res.headers.set('X-Content-Type-Options', 'nosniff')
    if (!c.res.headers.has('Cache-Control')) c.res.headers.set('Cache-Control', 'no-store')
  })
  app.use(originGuard({ hosts: options.allowedHosts ?? [], origins: options.allowedOrigins ?? [] }))
  // It has no token, and its body is signed byte by byte.
  addIncomingWebhookRoutes(app, context)
  app.use('/api/*', authenticate)
  app.use('/metrics', authenticate)
  app.use(methodNotAllowed({ app, onMethodNotAllowed: (c, methods) => refuse(wrongMethod(c, methods), c) }))
  app.use('/api/*', jsonBody(limits.jsonBytes))
  app.notFound((c) => refuse(notFound(c), c))
  app.onError(refuse)
}

const noIncomingWebhooks = (clock: Clock, logger: Logger): IncomingWebhooks =>
  new IncomingWebhooks({
    ...{ sources: [], store: new MemoryWebhookInbox(), observe: () => {}, clock, logger },
    failures: defaultLimits.authFailures,
  })

const notFound = ({ req }: Context): Refusal =>
  new Refusal(404, 'ERR_NOT_FOUND', `There is no ${req.path} here.`, {
    remedy: '/openapi.json has all there is.',
  })

const wrongMethod = ({ req }: Context, methods: readonly string[]): Refusal =>
  new Refusal(405, 'ERR_METHOD_NOT_ALLOWED', `${req.path} does not take ${req.method}.`, {
    remedy: `Use ${methods.join(' or ')}.`,
    headers: { Allow: methods.join(', ') },
  })
