import { z } from 'zod'
import { transitions, type JobStatus } from '../job/job-status.ts'

const names = Object.keys(transitions) as [JobStatus, ...JobStatus[]]

/** What a job can be. */
export const jobStatusSchema: z.ZodType<JobStatus> = z
  .enum(names)
  .meta({ id: 'JobStatus', description: 'What a job can be.' })
