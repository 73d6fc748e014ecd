import type { Logger } from '../../functions/logger.ts'
import type { Clock } from '../../time/clock.ts'
import type { ResolvedBackground } from '../background-options.ts'
import type { TokenStore } from '../store/token-store.ts'
import type { IncomingWebhooks } from '../webhooks/incoming/incoming-webhooks.ts'
import type { WebhookSubscriptions } from '../webhooks/outgoing/no-webhooks.ts'
import type { ForeignJobs } from '../foreign/foreign-jobs.ts'
import type { StageRules } from '../progress/stage-rules.ts'
import type { ServerLimits } from './server-limits.ts'

export interface ServerAppOptions {
  /** Where tokens are kept. */
  readonly tokens: TokenStore
  /** Webhooks that are sent. Default: there are none. */
  readonly webhooks?: WebhookSubscriptions | undefined
  /** Webhooks that providers send. Default: none do. */
  readonly incomingWebhooks?: IncomingWebhooks | undefined
  /** Jobs that run elsewhere. Default: none do. */
  readonly foreign?: ForeignJobs | undefined
  /** How the lines of jobs elsewhere are read. Default: by rules for programs that train models. */
  readonly stageRules?: StageRules | undefined
  /** A token beside those that are kept, for everything. It is hashed at once, and kept nowhere. */
  readonly token?: string | undefined
  /** Whether a token is needed even before there is one. Default false. */
  readonly requireToken?: boolean | undefined
  /** Names by which clients may call the server, beside `localhost` and addresses. */
  readonly allowedHosts?: readonly string[] | undefined
  /** Origins of web pages that may call it, beside its own: `https://jobs.example.com`. */
  readonly allowedOrigins?: readonly string[] | undefined
  /**
   * Addresses and ranges (`10.0.0.0/8`) of proxies whose `X-Forwarded-For` or `Forwarded` is believed. Default none:
   * whoever opens a connection is the client.
   */
  readonly trustedProxies?: readonly string[] | undefined
  readonly limits?: Partial<ServerLimits> | undefined
  /** Megabytes that a job's process may have, for `GET /api/v1/server`. Default 1024. */
  readonly memoryMb?: number | undefined
  /** What the server does without being asked, for `GET /api/v1/server`. Default: all of it. */
  readonly background?: ResolvedBackground | undefined
  /** Milliseconds between heartbeats of streams. Default 15 s. */
  readonly heartbeat?: number | undefined
  /** Milliseconds between notices of progress of a job to one client. Default 500. */
  readonly progressInterval?: number | undefined
  readonly clock?: Clock | undefined
  readonly logger?: Logger | undefined
}
