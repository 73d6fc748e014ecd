import { z } from 'zod'
import { isSettled } from '../../job/job-status.ts'
import type { JobCost } from '../../protocol/foreign-details.ts'
import type { ObservedJob } from '../job-provider.ts'
import type { StatusTable } from '../status-tables.ts'
import { jobError } from '../wire/job-error.ts'
import { allLines, splitLog } from '../wire/log-text.ts'
import { timeOf } from '../wire/observed-time.ts'
import { UnreadableJob } from '../wire/read-jobs.ts'

// Null, and what is of another kind, is nothing.
const text = z.string().optional().catch(undefined)

/** Of a prediction what is of use here. What is wrong beside its id and status is left out. */
const predictionSchema = z.object({
  id: z.string('it has no id').min(1, 'it has no id'),
  status: z.string('it has no status'),
  model: text,
  created_at: text,
  started_at: text,
  completed_at: text,
  error: z.unknown().optional(),
  /** Everything up to now. Lists leave it out. */
  logs: text,
  metrics: z
    .object({ predict_time: z.number().nonnegative().optional().catch(undefined) })
    .optional()
    .catch(undefined),
  urls: z.object({ web: text }).optional().catch(undefined),
})

type Prediction = z.infer<typeof predictionSchema>

/** A page of predictions. `next` is a URL. */
export const predictionsSchema: z.ZodType<{
  readonly results: readonly unknown[]
  readonly next?: string | null | undefined
}> = z.object({ results: z.array(z.unknown()), next: z.string().nullish() })

/** What a second costs; undefined: seconds are told. */
export type Price = { readonly perSecond: number; readonly currency: string } | undefined

export function readPrediction(
  item: unknown,
  statuses: StatusTable,
  price: Price,
): ObservedJob | UnreadableJob {
  const { success, data: prediction, error } = predictionSchema.safeParse(item)
  if (!success) return UnreadableJob.of(error)
  const status = statuses.statusOf(prediction.status)
  const times = {
    submittedAt: timeOf(prediction.created_at),
    startedAt: timeOf(prediction.started_at),
    endedAt: timeOf(prediction.completed_at),
  }
  const known = Object.fromEntries(Object.entries(times).filter(([, time]) => time !== undefined))
  const cost = costOf(prediction, price)
  const url = prediction.urls?.web
  return {
    externalId: prediction.id,
    status,
    externalStatus: prediction.status,
    ...known,
    ...(prediction.model ? { name: prediction.model } : {}),
    ...(cost === undefined ? {} : { cost }),
    ...(url !== undefined && /^https?:/.test(url) ? { url } : {}),
    ...errorOf(prediction, status),
    ...(prediction.logs === undefined ? {} : { logs: linesOf(prediction.logs, status) }),
  }
}

/** Replicate bills the time of hardware, of which it tells the seconds only. */
function costOf({ metrics }: Prediction, price: Price): JobCost | undefined {
  const seconds = metrics?.predict_time
  if (seconds === undefined) return undefined
  if (price === undefined) return { amount: seconds, unit: 'seconds' }
  return { amount: Number((seconds * price.perSecond).toFixed(6)), unit: price.currency }
}

function errorOf({ error }: Prediction, status: ObservedJob['status']): Pick<ObservedJob, 'error'> {
  if (status !== 'failed' && status !== 'cancelled') return {}
  if (error === null || error === undefined || error === '') return {}
  return { error: jobError(typeof error === 'string' ? error : JSON.stringify(error)) }
}

/** The last line of one that runs may go on. */
function linesOf(logs: string, status: ObservedJob['status']): ObservedJob['logs'] & {} {
  const log = splitLog(logs)
  const lines = status !== null && isSettled(status) ? allLines(log) : log.lines
  return lines.map((line) => ({ text: line }))
}
