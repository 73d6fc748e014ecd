import { z } from 'zod'
import { type CheckpointInfo, checkpointInfoSchema, type LogLine, logLineSchema } from './job-info.ts'
import { type Scope, scopes } from './server-info.ts'
import { hashSchema, timeSchema } from './times.ts'

/** Lines of a job's log behind one that was named. */
export interface LogPage {
  readonly lines: readonly LogLine[]
  /** The oldest that is kept, and the newest there is; both 0 before there is one. */
  readonly first: number
  readonly last: number
  /** Of a job that runs elsewhere: why lines that are new there may be missing. Left out: none are. */
  readonly refreshError?: string | undefined
}

const seq = z.number().int().nonnegative()

export const logPageSchema: z.ZodType<LogPage> = z
  .object({ lines: z.array(logLineSchema), first: seq, last: seq, refreshError: z.string().optional() })
  .meta({ id: 'LogPage' })

/** Newest first. */
export interface CheckpointList {
  readonly items: readonly CheckpointInfo[]
}

export const checkpointListSchema: z.ZodType<CheckpointList> = z
  .object({ items: z.array(checkpointInfoSchema) })
  .meta({ id: 'CheckpointList' })

/** Files somebody means to upload. */
export interface FileHashes {
  readonly hashes: readonly string[]
}

export const fileHashesSchema: z.ZodType<FileHashes> = z
  .strictObject({ hashes: z.array(hashSchema).max(10_000) })
  .meta({ id: 'FileHashes' })

/** Those of them that the server does not have. */
export interface MissingFiles {
  readonly missing: readonly string[]
}

export const missingFilesSchema: z.ZodType<MissingFiles> = z
  .object({ missing: z.array(hashSchema) })
  .meta({ id: 'MissingFiles' })

/** How a job is to be stopped. */
export interface StopRequest {
  /** Default: whether it keeps checkpoints. */
  readonly savepoint?: boolean | undefined
}

export const stopRequestSchema: z.ZodType<StopRequest> = z
  .strictObject({ savepoint: z.boolean().optional() })
  .meta({ id: 'StopRequest' })

/** How a job is to be restarted. */
export interface RestartRequest {
  /** Also one that is active: it is cancelled first. */
  readonly force?: boolean | undefined
  /** Secrets of its program: those of a job that is over are gone. */
  readonly secrets?: Readonly<Record<string, string>> | undefined
}

export const restartRequestSchema: z.ZodType<RestartRequest> = z
  .strictObject({ force: z.boolean().optional(), secrets: z.record(z.string(), z.string()).optional() })
  .meta({ id: 'RestartRequest' })

/** What there is to say of a token beside what it is. */
export interface TokenInfo {
  readonly id: string
  readonly name: string
  readonly scopes: readonly Scope[]
  readonly createdAt: string
  /** To the minute; null: not yet. */
  readonly lastUsedAt: string | null
}

const scopesSchema = z.array(z.enum(scopes)).min(1)

const tokenShape = {
  id: z.string(),
  name: z.string(),
  scopes: scopesSchema,
  createdAt: timeSchema,
  lastUsedAt: timeSchema.nullable(),
}

export const tokenInfoSchema: z.ZodType<TokenInfo> = z.object(tokenShape).meta({ id: 'TokenInfo' })

export interface TokenList {
  readonly items: readonly TokenInfo[]
}

export const tokenListSchema: z.ZodType<TokenList> = z
  .object({ items: z.array(tokenInfoSchema) })
  .meta({ id: 'TokenList' })

/** A token that somebody wants. */
export interface TokenRequest {
  /** For people, to tell it from others. */
  readonly name: string
  readonly scopes: readonly Scope[]
}

export const tokenRequestSchema: z.ZodType<TokenRequest> = z
  .strictObject({ name: z.string().min(1).max(100), scopes: scopesSchema })
  .meta({ id: 'TokenRequest' })

/** A token that was made: the one answer in which it is shown. */
export interface NewToken extends TokenInfo {
  readonly token: string
}

export const newTokenSchema: z.ZodType<NewToken> = z
  .object({ ...tokenShape, token: z.string() })
  .meta({ id: 'NewToken' })

/** What /healthz and /readyz say. */
export interface Health {
  readonly status: 'ok' | 'starting' | 'closing'
}

export const healthSchema: z.ZodType<Health> = z
  .object({ status: z.enum(['ok', 'starting', 'closing']) })
  .meta({ id: 'Health' })
