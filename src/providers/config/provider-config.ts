import type { JobStatus } from '../../job/job-status.ts'
import type { StageRule } from '../../protocol/progress-stage-rule.ts'
import type { FieldPath, GenericParts } from '../generic/generic-config.ts'
import type { GuardOptions } from '../guard/guard-options.ts'

/** What a provider's token is: at most one of the three. */
export interface TokenConfig {
  readonly token?: string | undefined
  /** Name of the environment variable that has it. */
  readonly tokenEnv?: string | undefined
  /** File that has it, read once, when the provider is made. Space around it does not count. */
  readonly tokenFile?: string | undefined
}

/** Webhooks that a provider sends to this server. */
export interface ProviderWebhookConfig {
  /** Where the provider was told to send them: for people, and for what submits jobs. */
  readonly url?: string | undefined
  /** Of the Standard Webhooks scheme: `whsec_` and base64. Several while they are replaced. */
  readonly secrets?: readonly string[] | undefined
  /** Name of the environment variable that has them, with spaces or commas between. */
  readonly secretsEnv?: string | undefined
  /** Of an `http` provider: where in the body the job is. Default: it is the body. */
  readonly job?: FieldPath | undefined
  /** Networks that they may come from, as `203.0.113.0/24`. Default: any. */
  readonly allowFrom?: readonly string[] | undefined
}

/** What the providers of every type have. Times in milliseconds. */
export interface CommonProviderConfig extends TokenConfig, GuardOptions {
  /** Letters, digits, `-` and `_`, at most 64; not `local`, which is this server itself. */
  readonly name: string
  /** What the provider's words for statuses mean, beside and before the table of its type. In any case. */
  readonly statuses?: Readonly<Record<string, JobStatus>> | undefined
  /** How stages are recognised in the logs of its jobs. Default those of the server. */
  readonly stageRules?: readonly StageRule[] | undefined
  readonly webhook?: ProviderWebhookConfig | undefined
  /** Default: on, every 30 seconds, unless there is a webhook. */
  readonly polling?:
    { readonly enabled?: boolean | undefined; readonly interval?: number | undefined } | undefined
}

/** Another Millrace job server. */
export interface MillraceProviderConfig extends CommonProviderConfig {
  readonly type: 'millrace'
  readonly url: string
}

/** A Ray cluster, by the REST API of its jobs. */
export interface RayProviderConfig extends CommonProviderConfig {
  readonly type: 'ray'
  /** Of its dashboard: `http://127.0.0.1:8265`. */
  readonly url: string
}

/** Predictions of Replicate. */
export interface ReplicateProviderConfig extends CommonProviderConfig {
  readonly type: 'replicate'
  /** Default `https://api.replicate.com/v1/`. */
  readonly url?: string | undefined
  /** What a second of a prediction costs. Without it a job's cost is told in seconds. */
  readonly price?: { readonly perSecond: number; readonly currency: string } | undefined
}

/** Any API that tells of jobs in JSON. */
export interface GenericProviderConfig extends CommonProviderConfig, GenericParts {
  readonly type: 'http'
  readonly url: string
}

export type ProviderConfig =
  MillraceProviderConfig | RayProviderConfig | ReplicateProviderConfig | GenericProviderConfig

export type ProviderType = ProviderConfig['type']
