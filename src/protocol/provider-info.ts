import { z } from 'zod'
import { timeSchema } from './times.ts'

/** A place where jobs run, as the server sees it. */
export interface ProviderInfo {
  readonly name: string
  readonly type: string
  readonly capabilities: { readonly list: boolean; readonly cancel: boolean; readonly logs: boolean }
  /** `open`: it has failed so often that it is left alone for a while. `half-open`: one call finds out. */
  readonly breaker: 'closed' | 'open' | 'half-open'
  /** Why its last call failed; null: it did not. */
  readonly lastError: string | null
  readonly lastSyncAt: string | null
  readonly activeJobs: number
  /** How its jobs are watched: `safety` is rarely, as webhooks tell of them. */
  readonly polling: 'on' | 'safety' | 'off'
  /** Milliseconds between polls; null: it is not polled. */
  readonly pollInterval: number | null
  /** When its active jobs were last polled to the end. */
  readonly lastPollAt: string | null
  readonly webhook: boolean
  /** Words for statuses that it used and that are not in its table. */
  readonly unknownStatuses: readonly string[]
}

export const providerInfoSchema: z.ZodType<ProviderInfo> = z
  .object({
    name: z.string(),
    type: z.string(),
    capabilities: z.object({ list: z.boolean(), cancel: z.boolean(), logs: z.boolean() }),
    breaker: z.enum(['closed', 'open', 'half-open']),
    lastError: z.string().nullable(),
    lastSyncAt: timeSchema.nullable(),
    activeJobs: z.number().int().nonnegative(),
    polling: z.enum(['on', 'safety', 'off']),
    pollInterval: z.number().positive().nullable(),
    lastPollAt: timeSchema.nullable(),
    webhook: z.boolean(),
    unknownStatuses: z.array(z.string()),
  })
  .meta({ id: 'Provider' })

/** In the order of the configuration. */
export interface ProviderList {
  readonly items: readonly ProviderInfo[]
}

export const providerListSchema: z.ZodType<ProviderList> = z
  .object({ items: z.array(providerInfoSchema) })
  .meta({ id: 'ProviderList' })

/** What a sync has done. */
export interface SyncResult {
  /** Jobs that providers told of. */
  readonly synced: number
  /** Of them, those that were new or had changed. */
  readonly updated: number
  readonly message: string
  /** Providers that could not be asked, and why. */
  readonly failed: readonly { readonly provider: string; readonly error: string }[]
  /** Statuses that nobody knows, which changed nothing. */
  readonly unknownStatuses: readonly { readonly provider: string; readonly status: string }[]
}

export const syncResultSchema: z.ZodType<SyncResult> = z
  .object({
    synced: z.number().int().nonnegative(),
    updated: z.number().int().nonnegative(),
    message: z.string(),
    failed: z.array(z.object({ provider: z.string(), error: z.string() })),
    unknownStatuses: z.array(z.object({ provider: z.string(), status: z.string() })),
  })
  .meta({ id: 'SyncResult' })

/** What came of asking for all active jobs again. */
export interface RefreshReport {
  readonly refreshed: number
  /** Jobs of which nothing newer could be learned in time, and why. Of more than a hundred, some. */
  readonly notRefreshed: readonly {
    readonly job: string
    readonly provider: string
    readonly reason: string
  }[]
  /** How many they are, those that are not named included. */
  readonly notRefreshedTotal: number
}

export const refreshReportSchema: z.ZodType<RefreshReport> = z
  .object({
    refreshed: z.number().int().nonnegative(),
    notRefreshed: z.array(z.object({ job: z.string(), provider: z.string(), reason: z.string() })),
    notRefreshedTotal: z.number().int().nonnegative(),
  })
  .meta({ id: 'RefreshReport' })
