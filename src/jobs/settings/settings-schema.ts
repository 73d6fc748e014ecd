import { z } from 'zod'
import { providerSchemas } from '../../providers/config/provider-config-schema.ts'
import type { ProviderConfig } from '../../providers/config/provider-config.ts'
import { type StageRule, stageRulesSchema } from '../../protocol/progress-stage-rule.ts'
import { addressRanges } from '../../util/address-ranges.ts'
import { LONGEST_DELAY } from '../../util/longest-delay.ts'
import { type BackgroundOptions, longestInterval, shortestInterval } from '../background-options.ts'
import type { LogLevel } from '../daemon/server-log.ts'
import { defaultLimits, type ServerLimits } from '../server/server-limits.ts'
import type { OutgoingWebhookOptions } from '../webhooks/outgoing/outgoing-webhooks.ts'
import { millisecondsBetween } from './file-names.ts'

const text = z.string('a text').min(1)
const whole = (least: number, most: number): z.ZodNumber =>
  z.int(`a whole number from ${least} to ${most}`).min(least).max(most)
const count = z.int('a whole number above 0').min(1)
const time = millisecondsBetween(1, LONGEST_DELAY)
const network = z.string('an address or a range such as 10.0.0.0/8').refine(isRange)
const YEARS = 100 * 365 * 24 * 3_600_000

const task = z
  .strictObject(
    {
      enabled: z.boolean('true or false').optional(),
      interval: millisecondsBetween(shortestInterval, longestInterval).optional(),
    },
    'a section',
  )
  .optional()

/** Of the limits those that are times. */
const times: ReadonlySet<string> = new Set<keyof ServerLimits>([
  'streamStall',
  'headersTimeout',
  'requestTimeout',
  'idleTimeout',
])

const limits = z.strictObject(
  Object.fromEntries(
    Object.keys(defaultLimits).map((name) => [name, (times.has(name) ? time : count).optional()]),
  ),
  'a section',
) as unknown as z.ZodType<Partial<ServerLimits>>

const levels = ['debug', 'info', 'warn', 'error'] as const satisfies readonly LogLevel[]

const providerSchema = z.discriminatedUnion(
  'type',
  Object.values(providerSchemas) as unknown as [z.ZodObject<{ type: z.ZodLiteral<string> }>],
  `a provider whose type is one of ${Object.keys(providerSchemas).join(', ')}`,
) as unknown as z.ZodType<ProviderConfig>

/** Each has a name of its own. */
const providers = z.array(providerSchema, 'a list of providers').superRefine((all, context) => {
  const names = all.map(({ name }) => name)
  for (const [i, name] of names.entries()) {
    if (names.indexOf(name) === i) continue
    context.addIssue({ code: 'custom', path: [i, 'name'], message: 'a name that no other provider has' })
  }
})

function isRange(text: string): boolean {
  try {
    addressRanges([text], '')
    return true
  } catch {
    return false
  }
}

/** What a file says of how a server is to be: what `startJobManager` takes, as far as it can be written down. */
export interface FileSettings {
  readonly host?: string | undefined
  readonly port?: number | undefined
  readonly tokenFile?: string | undefined
  readonly allowedHosts?: readonly string[] | undefined
  readonly allowedOrigins?: readonly string[] | undefined
  readonly trustedProxies?: readonly string[] | undefined
  readonly limits?: Partial<ServerLimits> | undefined
  readonly maxRunning?: number | undefined
  readonly maxQueued?: number | undefined
  readonly memoryMb?: number | undefined
  readonly heartbeatTimeout?: number | undefined
  readonly drainTimeout?: number | undefined
  readonly retention?:
    { readonly jobs?: number | undefined; readonly events?: number | undefined } | undefined
  readonly background?: BackgroundOptions | undefined
  readonly webhooks?: OutgoingWebhookOptions | undefined
  readonly stageRules?: readonly StageRule[] | undefined
  readonly providers?: readonly ProviderConfig[] | undefined
  readonly logLevel?: LogLevel | undefined
}

const backgroundSchema = z
  .strictObject({ jobStatusPolling: task, queueProcessing: task }, 'a section')
  .optional()

export const settingsSchema: z.ZodType<FileSettings> = z.strictObject(
  {
    host: text.optional(),
    port: whole(0, 65_535).optional(),
    tokenFile: text.optional(),
    allowedHosts: z.array(text, 'a list of host names').optional(),
    allowedOrigins: z.array(text, 'a list of origins').optional(),
    trustedProxies: z.array(network, 'a list of addresses and ranges').optional(),
    limits: limits.optional(),
    maxRunning: whole(1, 10_000).optional(),
    maxQueued: whole(1, 10_000_000).optional(),
    memoryMb: whole(16, 1_000_000).optional(),
    heartbeatTimeout: time.optional(),
    drainTimeout: time.optional(),
    retention: z
      .strictObject(
        {
          jobs: millisecondsBetween(1, YEARS).optional(),
          events: count.optional(),
        },
        'a section',
      )
      .optional(),
    background: backgroundSchema,
    webhooks: z
      .strictObject(
        { allowPrivate: z.array(text, 'a list of networks').optional(), timeout: time.optional() },
        'a section',
      )
      .optional(),
    stageRules: stageRulesSchema.optional(),
    providers: providers.optional(),
    logLevel: z.enum(levels, `one of ${levels.join(', ')}`).optional(),
  },
  'settings, each with its name',
)
