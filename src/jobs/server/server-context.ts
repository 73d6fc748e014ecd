import type { HttpBindings } from '@hono/node-server'
import type { OpenAPIHono } from '@hono/zod-openapi'
import type { Context } from 'hono'
import type { Logger } from '../../functions/logger.ts'
import type { Clock } from '../../time/clock.ts'
import type { ResolvedBackground } from '../background-options.ts'
import type { EventTail } from '../events/event-tail.ts'
import type { StreamRegistry } from '../events/stream-registry.ts'
import type { ForeignJobs } from '../foreign/foreign-jobs.ts'
import type { JobManager } from '../job-manager.ts'
import type { JobProgressReports } from '../progress/job-progress-reports.ts'
import type { WaitRegistry } from '../progress/wait-registry.ts'
import type { TokenStore } from '../store/token-store.ts'
import type { IncomingWebhooks } from '../webhooks/incoming/incoming-webhooks.ts'
import type { WebhookSubscriptions } from '../webhooks/outgoing/no-webhooks.ts'
import type { Authenticator, Principal } from './authenticator.ts'
import type { AddressOf } from './client-address.ts'
import type { ServerLimits } from './server-limits.ts'
import type { ServerMetrics } from './server-metrics.ts'

/** What every route works with. */
export interface ServerContext {
  readonly manager: JobManager
  readonly foreign: ForeignJobs
  readonly tokens: TokenStore
  readonly webhooks: WebhookSubscriptions
  readonly incomingWebhooks: IncomingWebhooks
  readonly addressOf: AddressOf
  readonly authenticator: Authenticator
  readonly tail: EventTail
  readonly streams: StreamRegistry
  readonly progress: JobProgressReports
  readonly waits: WaitRegistry
  readonly metrics: ServerMetrics
  readonly limits: ServerLimits
  readonly memoryMb: number
  readonly background: ResolvedBackground
  readonly progressInterval: number
  readonly clock: Clock
  readonly logger: Logger
  readonly version: string
  /** Another one after every start. */
  readonly instance: string
  readonly startedAt: number
  /** True from the moment on when the server is told to close. */
  closing: boolean
}

/** The bindings are there when a request came through a socket. */
export interface ServerEnv {
  Bindings: Partial<HttpBindings>
  Variables: { principal: Principal }
}

export type ServerHono = OpenAPIHono<ServerEnv>
export type ServerRequest = Context<ServerEnv>
