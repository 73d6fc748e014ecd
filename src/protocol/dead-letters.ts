import { z } from 'zod'
import { type Page, pageSchema } from './page.ts'
import { timeSchema } from './times.ts'

/**
 * Why the record of a dead letter cannot be replayed: there was none (a timer, an end), it was a request to a pipeline that
 * is a service, it is larger than is kept, or it is nothing that can be written down (a function, a proxy).
 */
export const letterObstacles = ['no-record', 'request', 'too-large', 'not-plain-data'] as const
export type LetterObstacle = (typeof letterObstacles)[number]

/** `kept`: until somebody replays or deletes it. `replaying`: it is on its way back, or waits for that. */
export const letterStates = ['kept', 'replaying'] as const
export type LetterState = (typeof letterStates)[number]

/** A record that an operator gave up, as lists have it. */
export interface DeadLetterInfo {
  /** Grows over all jobs of the server. */
  readonly id: number
  readonly state: LetterState
  readonly operator: string
  readonly nodeId: string
  readonly subtask: number
  /** ISO 8601. */
  readonly at: string
  /** The record in one line, of at most 300 characters. */
  readonly text: string
  /** In at most 100 characters; null: it has none. */
  readonly key: string | null
  /** Milliseconds since the epoch; null: it has none. */
  readonly eventTime: number | null
  /** What the operator threw. */
  readonly error: { readonly name: string; readonly code: string | null; readonly message: string }
  /** Calls made for it, at least 1. */
  readonly attempts: number
  /** How often the record had been replayed before it was given up again. */
  readonly replays: number
  /** Null: it can be replayed. */
  readonly obstacle: LetterObstacle | null
}

/** All that is known of it. */
export interface DeadLetterDetail extends DeadLetterInfo {
  /** The record over several lines, of at most 16 384 characters. */
  readonly record: string
  /** Of the error, and of its cause; null: there is none. */
  readonly stack: string | null
  readonly cause: string | null
  /** Of the letter that it was replayed from; null: it was not, or that is not known. */
  readonly replayOf: number | null
}

/** How many dead letters an operator has. */
export interface OperatorLetters {
  readonly operator: string
  readonly nodeId: string
  readonly kept: number
  readonly replaying: number
}

export interface DeadLetterCounts {
  readonly operators: readonly OperatorLetters[]
  /** Replayed, and through or given up again. */
  readonly replayed: number
  readonly deleted: number
  /** Deleted for newer ones. */
  readonly dropped: number
  /** Never kept: there were too many at once. */
  readonly notKept: number
}

/** Newest first. */
export interface DeadLetterPage extends Page<DeadLetterInfo> {
  readonly counts: DeadLetterCounts
}

/** These, or all that are kept: of an operator, by its name or id. */
export type LetterChoice =
  { readonly ids: readonly number[] } | { readonly all: true; readonly operator?: string | undefined }

/** How many letters something was done with. */
export interface LettersDone {
  readonly letters: number
}

const count = z.number().int().nonnegative()
const text = z.string()

const infoFields = {
  id: count,
  state: z.enum(letterStates),
  operator: text,
  nodeId: text,
  subtask: count,
  at: timeSchema,
  text,
  key: text.nullable(),
  eventTime: z.number().nullable(),
  error: z.object({ name: text, code: text.nullable(), message: text }),
  attempts: count,
  replays: count,
  obstacle: z.enum(letterObstacles).nullable(),
}

export const deadLetterInfoSchema: z.ZodType<DeadLetterInfo> = z
  .object(infoFields)
  .meta({ id: 'DeadLetterInfo' })

export const deadLetterDetailSchema: z.ZodType<DeadLetterDetail> = z
  .object({
    ...infoFields,
    record: text,
    stack: text.nullable(),
    cause: text.nullable(),
    replayOf: count.nullable(),
  })
  .meta({ id: 'DeadLetterDetail' })

export const deadLetterCountsSchema: z.ZodType<DeadLetterCounts> = z
  .object({
    operators: z.array(z.object({ operator: text, nodeId: text, kept: count, replaying: count })),
    replayed: count,
    deleted: count,
    dropped: count,
    notKept: count,
  })
  .meta({ id: 'DeadLetterCounts' })

export const deadLetterPageSchema: z.ZodType<DeadLetterPage> = z
  .intersection(pageSchema(deadLetterInfoSchema), z.object({ counts: deadLetterCountsSchema }))
  .meta({ id: 'DeadLetterPage' })

export const letterChoiceSchema: z.ZodType<LetterChoice> = z
  .union([
    z.strictObject({ ids: z.array(count).min(1).max(10_000) }),
    z.strictObject({ all: z.literal(true), operator: z.string().max(300).optional() }),
  ])
  .meta({ id: 'LetterChoice' })

export const lettersDoneSchema: z.ZodType<LettersDone> = z
  .object({ letters: count })
  .meta({ id: 'LettersDone' })
