import { z } from 'zod'
import { nodeResultSchema } from './job-result.ts'
import { jobStatusSchema } from './job-status.ts'
import type { JobProgress } from '../runtime/metrics/job-metrics.ts'

const count = z.number().nonnegative()
const times = {
  busyMs: count,
  heldMs: count,
  idleMs: count,
  watermark: z.number().nullable(),
}

const percentiles = { p50: count, p95: count, p99: count, max: count }
const latencySchema = z
  .object({ ...percentiles, sinks: z.array(z.object({ node: z.string(), ...percentiles }).loose()) })
  .loose()

/** How far a job is: as `progress$` in process. */
export const jobProgressSchema: z.ZodType<JobProgress> = z
  .object({
    status: jobStatusSchema,
    elapsedMs: count,
    read: count,
    written: count,
    sources: z.array(
      z
        .object({ node: z.string(), done: count, total: count.optional(), unit: z.string().optional() })
        .loose(),
    ),
    nodes: z.array(nodeResultSchema),
    // What was written down before edges were told has none.
    edges: z
      .array(z.object({ from: z.string(), to: z.string(), sent: count, held: count, fill: count }))
      .default([]),
    // Nor does it say what operators did.
    activity: z
      .array(
        z
          .object({
            node: z.string(),
            loop: z.string(),
            ...times,
            lagMs: z.number().nullable(),
            subtasks: z.array(z.object({ index: count, in: count, out: count, ...times }).loose()),
          })
          .loose(),
      )
      .default([]),
    latency: latencySchema.nullable().default(null),
  })
  .meta({ id: 'JobProgress', description: 'How far a job is.' }) as never
