import { z } from 'zod'

/** What a server says of itself. */
export interface ServerInfo {
  readonly version: string
  /** Another one after every start. */
  readonly instance: string
  readonly startedAt: string
  readonly running: number
  readonly queued: number
  readonly maxRunning: number
  /** All that are kept. */
  readonly jobs: number
  readonly limits: { readonly uploadBytes: number; readonly memoryMb: number }
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
  })
  .meta({ id: 'Server' })

/** What a token may be used for; each includes the ones before it. */
export const scopes = ['read', 'submit', 'admin'] as const
export type Scope = (typeof scopes)[number]
