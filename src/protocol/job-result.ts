import { z } from 'zod'
import type { JobResult, NodeResult } from '../job/job-result.ts'
import { timeSchema } from './times.ts'

const count = z.number().int().nonnegative()

export const nodeResultSchema: z.ZodType<NodeResult> = z
  .object({
    id: z.string(),
    name: z.string(),
    kind: z.string(),
    inputs: z.array(z.string()),
    parallelism: count,
    in: count,
    handled: count,
    dropped: count,
    deadLettered: count,
    failed: count,
    unfinished: count,
    out: count,
    errors: count,
  })
  .meta({ id: 'NodeResult', description: 'The books of one operator.' })

const serviceResultSchema = z.object({
  name: z.string(),
  stopped: z.boolean(),
  cleaned: z.boolean(),
  killed: z.boolean(),
  error: z.string().optional(),
})

const restartCauseSchema = z.object({
  at: timeSchema,
  message: z.string(),
  operator: z.string().optional(),
  restoredFrom: z.number().optional(),
})

/** The same as in process. */
export const jobResultSchema: z.ZodType<JobResult> = z
  .object({
    jobId: z.string(),
    name: z.string(),
    status: z.enum(['completed', 'stopped', 'failed', 'cancelled']),
    startedAt: timeSchema,
    endedAt: timeSchema,
    durationMs: z.number().nonnegative(),
    restarts: count,
    restartCauses: z.array(restartCauseSchema),
    nodes: z.array(nodeResultSchema),
    services: z.array(serviceResultSchema),
  })
  .meta({ id: 'JobResult', description: 'What became of a job.' }) as never
