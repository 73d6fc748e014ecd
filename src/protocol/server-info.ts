import { z } from 'zod'

/** Whether a server does something by itself, and how often. Named as in its settings. */
export interface BackgroundTaskInfo {
  readonly enabled: boolean
  readonly interval_seconds: number
}

const backgroundTaskSchema = z.object({ enabled: z.boolean(), interval_seconds: z.number().positive() })

/** What a server says of itself. */
export interface ServerInfo {
  readonly version: string
  /** Another one after every start. */
  readonly instance: string
  readonly startedAt: string
  readonly running: number
  readonly queued: number
  readonly maxRunning: number
  /** All that are kept, also those that run elsewhere; the others are of the server's own. */
  readonly jobs: number
  readonly limits: { readonly uploadBytes: number; readonly memoryMb: number }
  /** Streams that are open now. */
  readonly clients: { readonly events: number; readonly logs: number }
  /** What it does without being asked: ask providers how their jobs are, and start jobs of the queue. */
  readonly background: {
    readonly job_status_polling: BackgroundTaskInfo
    readonly queue_processing: BackgroundTaskInfo
  }
}

export const serverInfoSchema: z.ZodType<ServerInfo> = z
  .object({
    version: z.string(),
    instance: z.string(),
    startedAt: z.string(),
    running: z.number().int(),
    queued: z.number().int(),
    maxRunning: z.number().int(),
    jobs: z.number().int(),
    limits: z.object({ uploadBytes: z.number(), memoryMb: z.number() }),
    clients: z.object({ events: z.number().int(), logs: z.number().int() }),
    background: z.object({
      job_status_polling: backgroundTaskSchema,
      queue_processing: backgroundTaskSchema,
    }),
  })
  .meta({ id: 'Server' })

/** What a token may be used for; each includes the ones before it. */
export const scopes = ['read', 'submit', 'admin'] as const
export type Scope = (typeof scopes)[number]

/** Whom a server takes somebody for who asks it. */
export interface WhoAmI {
  /** As the causes of changes name them: of their token, or `somebody on this machine` where none is needed. */
  readonly name: string
  /** The widest they may; it includes those before it. */
  readonly scope: Scope
}

export const whoAmISchema: z.ZodType<WhoAmI> = z
  .object({ name: z.string(), scope: z.enum(scopes) })
  .meta({ id: 'WhoAmI' })
