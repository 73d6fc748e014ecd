import { isIP } from 'node:net'
import { z } from 'zod'
import type { JobStatus } from '../../job/job-status.ts'
import { transitions } from '../../job/job-status.ts'
import { stageRulesSchema } from '../../protocol/progress-stage-rule.ts'
import { inMilliseconds } from '../../protocol/times.ts'
import { LONGEST_DELAY } from '../../util/longest-delay.ts'
import { fieldPath, genericShape } from '../generic/generic-schema.ts'
import type { ProviderConfig, ProviderType } from './provider-config.ts'

/** The job statuses of Millrace, in the order of a job's life. */
const statuses = Object.keys(transitions) as JobStatus[]

const milliseconds = z
  .number('a number of milliseconds')
  .positive('a number of milliseconds above 0')
  .max(LONGEST_DELAY, `at most ${LONGEST_DELAY} milliseconds`)
  .meta(inMilliseconds)
const count = (least: number, most: number): z.ZodNumber =>
  z
    .number(`a whole number from ${least} to ${most}`)
    .int(`a whole number from ${least} to ${most}`)
    .min(least, `a whole number from ${least} to ${most}`)
    .max(most, `a whole number from ${least} to ${most}`)

const part = z.number('a number from 0 to 1').min(0, 'a number from 0 to 1').max(1, 'a number from 0 to 1')

const variable = z.string('a name of an environment variable').min(1, 'a name of an environment variable')

/** What can be sent in a header. */
export const tokenSchema: z.ZodString = z
  .string('a text')
  .regex(/^[\x21-\x7e]+$/, 'a text without spaces and line breaks')

const url = z.string('an absolute url').superRefine((text, context) => {
  const parsed = URL.canParse(text) ? new URL(text) : undefined
  if (parsed === undefined || !/^https?:$/.test(parsed.protocol)) {
    context.addIssue('an absolute url that begins with http:// or https://')
  } else if (parsed.username !== '' || parsed.password !== '') {
    context.addIssue('a url without credentials in it: give them as `token`, `tokenEnv` or `tokenFile`')
  } else if (parsed.search !== '' || parsed.hash !== '') {
    context.addIssue('a url without `?` and `#`')
  }
})

/** It is the server's own address, which nobody calls by it. */
const webhookUrl = z.string('an absolute url').refine((text) => URL.canParse(text), 'an absolute url')

const network = z.string('a network').refine((text) => {
  const [address = '', bits, ...rest] = text.split('/')
  const version = isIP(address)
  const widest = version === 4 ? 32 : 128
  return (
    version !== 0 &&
    rest.length === 0 &&
    (bits === undefined || (/^\d{1,3}$/.test(bits) && Number(bits) <= widest))
  )
}, 'an address or a network such as 203.0.113.0/24')

const commonShape = {
  name: z
    .string('letters, digits, `-` and `_`')
    .regex(/^[\w-]{1,64}$/, 'letters, digits, `-` and `_`, at most 64')
    .refine((name) => name !== 'local', 'another name than `local`, which is this server itself'),
  token: tokenSchema.optional(),
  tokenEnv: variable.optional(),
  tokenFile: z.string('a path of a file').min(1, 'a path of a file').optional(),
  timeout: milliseconds.optional(),
  concurrency: count(1, 1_000).optional(),
  waiting: count(0, 100_000).optional(),
  retry: z
    .strictObject({
      attempts: count(0, 100).optional(),
      initial: milliseconds.optional(),
      max: milliseconds.optional(),
      jitter: part.optional(),
    })
    .optional(),
  breaker: z
    .strictObject({
      failures: count(1, 1_000).optional(),
      cooldown: milliseconds.optional(),
      longest: milliseconds.optional(),
    })
    .optional(),
  statuses: z.record(z.string(), z.enum(statuses, `one of ${statuses.join(', ')}`)).optional(),
  stageRules: stageRulesSchema.optional(),
  webhook: z
    .strictObject({
      url: webhookUrl.optional(),
      secrets: z.array(tokenSchema, 'a list of secrets').min(1, 'a list of at least one secret').optional(),
      secretsEnv: variable.optional(),
      job: fieldPath.optional(),
      allowFrom: z.array(network).optional(),
    })
    .optional(),
  polling: z.strictObject({ enabled: z.boolean().optional(), interval: milliseconds.optional() }).optional(),
} as const

const oneToken = <T extends z.ZodType>(schema: T): T =>
  schema.superRefine((config, context) => {
    const given = ['token', 'tokenEnv', 'tokenFile'].filter(
      (key) => (config as Record<string, unknown>)[key] !== undefined,
    )
    if (given.length < 2) return
    const message = `left out, or be the only one: there is ${given.join(' and ')}`
    context.addIssue({ code: 'custom', path: [given[1] as string], message })
  })

/** What a provider of each type takes. */
export const providerSchemas: Readonly<Record<ProviderType, z.ZodType<ProviderConfig>>> = {
  millrace: oneToken(z.strictObject({ ...commonShape, type: z.literal('millrace'), url })),
  ray: oneToken(z.strictObject({ ...commonShape, type: z.literal('ray'), url })),
  replicate: oneToken(
    z.strictObject({
      ...commonShape,
      type: z.literal('replicate'),
      url: url.optional(),
      price: z
        .strictObject({
          perSecond: z.number('a number from 0').nonnegative('a number from 0'),
          currency: z.string('a currency such as USD').regex(/^[A-Z]{3}$/, 'a currency such as USD'),
        })
        .optional(),
    }),
  ),
  http: oneToken(z.strictObject({ ...commonShape, ...genericShape, type: z.literal('http'), url })),
}

/** Of any type, for what checks it among other things; `parseProviderConfig` says more of what is wrong. */
export const providerConfigSchema: z.ZodType<ProviderConfig> = z.union([
  providerSchemas.millrace,
  providerSchemas.ray,
  providerSchemas.replicate,
  providerSchemas.http,
])
