import { z } from 'zod'
import { orNull } from './or-null.ts'
import { timeSchema } from './times.ts'

/** How long records were on their way, in seconds: of a hundred, 50, 95 and 99 were so quick. */
export interface HistoryLatency {
  readonly p50: number
  readonly p95: number
  readonly p99: number
}

/** What a job did in a piece of its life. */
export interface HistoryPoint {
  /** When the piece ended. */
  readonly at: string
  /** For how long of it the job ran: what rates are taken over. */
  readonly seconds: number
  /** Records that sources gave in a second; null where it ran for no time that is known. */
  readonly read: number | null
  /** Records that reached sinks in a second. */
  readonly written: number | null
  /** The most memory that its process had; null where it told nothing of it. */
  readonly rssBytes: number | null
  readonly heapBytes: number | null
  /** Of one core, on the average: 1 is a core that is busy. */
  readonly cpu: number | null
  /** How full the fullest edge between operators got, from 0 to 1; null: there was none. */
  readonly queueFill: number | null
  readonly restarts: number
  /** How many checkpoints and savepoints were taken. */
  readonly checkpoints: number
  /** Of the largest of them; null: none was taken. */
  readonly checkpointBytes: number | null
  /** Of the slowest of them; null where nobody measured it. */
  readonly checkpointSeconds: number | null
  /** Null where nobody measured it. */
  readonly latency: HistoryLatency | null
}

/** Figures of a job over its life. */
export interface JobHistory {
  readonly job: string
  /** Seconds that a point is about, at most; it doubles when there are too many points. */
  readonly interval: number
  /** Oldest first. Where the job did not run there are none. */
  readonly points: readonly HistoryPoint[]
}

const count = z.number().int().nonnegative()
const figure = z.number().nonnegative()

const latencySchema: z.ZodType<HistoryLatency> = z
  .object({ p50: figure, p95: figure, p99: figure })
  .meta({ id: 'HistoryLatency', description: 'Seconds that so many of a hundred records took at most.' })

const historyPointSchema: z.ZodType<HistoryPoint> = z
  .object({
    at: timeSchema,
    seconds: figure.meta({ description: 'For how long of it the job ran.' }),
    read: figure.nullable().meta({ description: 'Records that sources gave in a second.' }),
    written: figure.nullable().meta({ description: 'Records that reached sinks in a second.' }),
    rssBytes: figure.nullable().meta({ description: 'The most memory that its process had.' }),
    heapBytes: figure.nullable(),
    cpu: figure.nullable().meta({ description: 'Of one core, on the average.' }),
    queueFill: figure.max(1).nullable().meta({ description: 'How full the fullest edge got, from 0 to 1.' }),
    restarts: count,
    checkpoints: count,
    checkpointBytes: figure.nullable().meta({ description: 'Of the largest; null: none was taken.' }),
    checkpointSeconds: figure.nullable().meta({ description: 'Of the slowest; null: nobody measured it.' }),
    latency: orNull(latencySchema),
  })
  .meta({ id: 'HistoryPoint', description: 'What a job did in a piece of its life.' })

export const jobHistorySchema: z.ZodType<JobHistory> = z
  .object({
    job: z.string(),
    interval: figure.meta({ description: 'Seconds that a point is about, at most.' }),
    points: z.array(historyPointSchema),
  })
  .meta({ id: 'JobHistory', description: 'Figures of a job over its life, oldest first.' })
