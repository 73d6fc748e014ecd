import { z } from 'zod'
import type { TapBatch, TapPoint } from '../runtime/taps/tap-point.ts'

export const tapPointSchema: z.ZodType<TapPoint> = z
  .object({
    id: z.string().max(300),
    from: z.string().max(150),
    to: z.string().max(150).nullable(),
  })
  .meta({ id: 'TapPoint' })

/** Where records of a job that runs can be looked at. */
export interface TapList {
  readonly items: readonly TapPoint[]
}

export const tapListSchema: z.ZodType<TapList> = z
  .object({ items: z.array(tapPointSchema) })
  .meta({ id: 'TapList' })

export const tapBatchSchema: z.ZodType<TapBatch> = z
  .object({
    records: z
      .array(
        z.object({
          text: z.string().max(300),
          key: z.string().max(100).nullable(),
          eventTime: z.number().nullable(),
          at: z.string().max(40),
        }),
      )
      .max(40),
    passed: z.number().int().nonnegative(),
  })
  .meta({ id: 'TapBatch' })
