import { z } from 'zod'

/** What jobs can be put in order by. */
export const jobSortKeys = [
  'submitted',
  'started',
  'ended',
  'name',
  'status',
  'duration',
  'restarts',
] as const

export type JobSortKey = (typeof jobSortKeys)[number]

/** The lowest, first, oldest one at the top; with a `-` it is at the bottom. */
export type JobSort = JobSortKey | `-${JobSortKey}`

const jobSorts: readonly JobSort[] = jobSortKeys.flatMap((key) => [key, `-${key}`] as const)

export const jobSortSchema: z.ZodType<JobSort> = z.enum(jobSorts).meta({ id: 'JobSort' })
