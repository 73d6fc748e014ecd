import { z } from 'zod'
import { checkpointInfoSchema } from '../../protocol/job-info.ts'
import { jobProgressSchema } from '../../protocol/job-progress.ts'
import { jobResultSchema } from '../../protocol/job-result.ts'
import { jobStatusSchema } from '../../protocol/job-status.ts'
import { tapBatchSchema, tapPointSchema } from '../../protocol/taps.ts'
import { wireErrorSchema } from '../../protocol/wire-error.ts'
import { letterReportSchema } from '../dead-letters/letter-report-schema.ts'
import type { JobOutcome, Report } from '../process/messages.ts'

// A job's process runs code that is not ours, so what it says is looked at before it is believed.

const amount = z.number().nonnegative()
const count = z.number().int().nonnegative()
const letters = z.array(count).max(100_000)

export const jobOutcomeSchema: z.ZodType<JobOutcome> = z.object({
  status: z.enum(['completed', 'stopped', 'failed', 'cancelled']),
  result: jobResultSchema.nullable(),
  error: wireErrorSchema.nullable(),
  savepoint: checkpointInfoSchema.nullable(),
  stoppedBy: z.enum(['order', 'signal', 'server-gone']).nullable(),
  resume: z.union([z.literal('latest'), z.object({ savepoint: z.string() })]).nullish(),
})

export const reportSchema: z.ZodType<Report> = z.discriminatedUnion('type', [
  z.object({ type: z.literal('status'), status: jobStatusSchema }),
  z.object({
    type: z.literal('heartbeat'),
    rssBytes: amount,
    heapBytes: amount,
    cpuMicros: amount,
    progress: jobProgressSchema.nullable(),
  }),
  z.object({ type: z.literal('restart'), cause: z.string() }),
  z.object({ type: z.literal('checkpoint'), checkpoint: checkpointInfoSchema }),
  z.object({ type: z.literal('checkpoints-removed'), locations: z.array(z.string()) }),
  z.object({
    type: z.literal('savepoint'),
    request: z.number().int(),
    answer: z.union([z.object({ checkpoint: checkpointInfoSchema }), z.object({ error: wireErrorSchema })]),
  }),
  z.object({ type: z.literal('taps'), points: z.array(tapPointSchema).max(1000) }),
  z.object({ type: z.literal('tapped'), point: z.string(), batch: tapBatchSchema }),
  z.object({ type: z.literal('letters'), letters: z.array(letterReportSchema).max(1_000), notKept: count }),
  z.object({ type: z.literal('replays'), entered: letters, settled: letters, refused: letters }),
  z.object({ type: z.literal('letters-begun'), checkpoint: count.nullable(), settled: letters }),
  z.object({ type: z.literal('outcome'), outcome: jobOutcomeSchema }),
])
