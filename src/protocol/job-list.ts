import { z } from 'zod'
import { type JobSummary, jobSummarySchema } from './job-info.ts'
import type { Page } from './page.ts'
import { type RefreshReport, refreshReportSchema } from './provider-info.ts'

/** A page of jobs. */
export interface JobList extends Page<JobSummary> {
  /** Where active jobs were asked for first (`sync_active`): what came of that. */
  readonly refresh?: RefreshReport | undefined
}

export const jobListSchema: z.ZodType<JobList> = z
  .object({
    items: z.array(jobSummarySchema),
    next: z.string().nullable(),
    total: z.number().int().nonnegative(),
    refresh: refreshReportSchema.optional(),
  })
  .meta({ id: 'JobList' })
