import { z } from 'zod'
import { letterObstacles } from '../../protocol/dead-letters.ts'
import type { LetterReport } from './letter-report.ts'

// Apart from what it is the schema of: the process of a job does not load zod.

const count = z.number().int().nonnegative()
const text = (most: number): z.ZodString => z.string().max(most)

export const letterReportSchema: z.ZodType<LetterReport> = z.object({
  operator: text(1_000),
  nodeId: text(200),
  subtask: count,
  input: count,
  eventTime: z.number().nullable(),
  after: count,
  at: z.number(),
  attempts: count,
  replays: count,
  replayOf: count.nullable(),
  text: text(400),
  record: text(20_000),
  key: text(200).nullable(),
  error: z.object({ name: text(300), code: text(300).nullable(), message: text(2_000) }),
  stack: text(6_000).nullable(),
  cause: text(2_000).nullable(),
  parcel: text(100_000).nullable(),
  obstacle: z.enum(letterObstacles).nullable(),
})
