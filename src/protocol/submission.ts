import { z } from 'zod'
import type { RestartStrategy } from '../functions/restart-strategy.ts'
import type { JobResult } from '../job/job-result.ts'
import { jobResultSchema } from './job-result.ts'
import { orNull } from './or-null.ts'
import { hashSchema } from './times.ts'
import { type WireError, wireErrorSchema } from './wire-error.ts'

type WithDefaults<T, K extends keyof T> = Omit<T, K> & { readonly [P in K]?: T[P] | undefined }

/** A path below the job's own folder: relative, with no way out of it. */
export const relativePathSchema: z.ZodString = z
  .string()
  .min(1)
  .max(1024)
  .refine(
    (path) =>
      !/[\\\0:]/.test(path) &&
      !path.startsWith('/') &&
      path.split('/').every((part) => part !== '' && part !== '.' && part !== '..'),
    'a relative path with forward slashes, and no "." or ".." in it',
  )

/** One file of a program. Its bytes are uploaded apart, by their hash, before the job is submitted. */
export interface ProgramFile {
  readonly path: string
  readonly hash: string
  /** In bytes. */
  readonly size: number
}

export const programFileSchema: z.ZodType<ProgramFile, ProgramFile> = z
  .strictObject({ path: relativePathSchema, hash: hashSchema, size: z.number().int().nonnegative() })
  .meta({ id: 'ProgramFile' })

/** What became of a submit of the program before the one that is the job; both null: it was not over by then. */
export interface EarlierSubmit {
  readonly result: JobResult | null
  readonly error: WireError | null
  /** What its `collect()` received: by the node's id the path of one of the program's files, in collected frames. */
  readonly collected: Readonly<Record<string, string>>
}

export const earlierSubmitSchema: z.ZodType<EarlierSubmit, EarlierSubmit> = z
  .strictObject({
    result: orNull(jobResultSchema),
    error: orNull(wireErrorSchema),
    collected: z.record(z.string(), relativePathSchema),
  })
  .meta({ id: 'EarlierSubmit' }) as never

/** A program as it is sent: its files, and which submit of it is the job. */
export interface Program {
  readonly entry: string
  readonly files: readonly ProgramFile[]
  readonly ordinal: number
  readonly local?: boolean | undefined
  readonly graphHash: string
  readonly graph?: string | undefined
  readonly earlier: readonly EarlierSubmit[]
  readonly argv: readonly string[]
  readonly env: Readonly<Record<string, string>>
  readonly millrace: string
}

export const programSchema: z.ZodType<Program, WithDefaults<Program, 'argv' | 'env' | 'earlier'>> = z
  .strictObject({
    entry: relativePathSchema.meta({ description: 'Which of the files is run: an ES module.' }),
    files: z.array(programFileSchema).min(1).max(10_000),
    ordinal: z.number().int().nonnegative().meta({
      description: 'Which submit of the program this is: those before it are not run again.',
    }),
    local: z.boolean().optional().meta({
      description:
        'Whether submits of a LocalEnvironment are counted, and one is the job: those before it run again.',
    }),
    graphHash: hashSchema.meta({
      description: 'Of the graph as the client recorded it; the job must record the same.',
    }),
    graph: relativePathSchema.optional().meta({
      description: 'Which of the files has that graph, in JSON: to say what differs where the hash does.',
    }),
    earlier: z.array(earlierSubmitSchema).max(1000).default([]).meta({
      description: 'What became of the submits before this one, in order.',
    }),
    argv: z.array(z.string()).max(1000).default([]),
    env: z
      .record(z.string(), z.string())
      .default({})
      .meta({ description: 'Environment variables that travel.' }),
    millrace: z.string().meta({ description: 'Version of the library in the program.' }),
  })
  .meta({ id: 'Program' })

const milliseconds = z.number().nonnegative()

/** Attempts without end are Infinity, which JSON writes as null. */
const attempts = z
  .number()
  .int()
  .positive()
  .nullable()
  .transform((count) => count ?? Infinity)

const restartSchema: z.ZodType<RestartStrategy, RestartStrategy> = z.discriminatedUnion('type', [
  z.strictObject({ type: z.literal('none') }),
  z.strictObject({ type: z.literal('fixed-delay'), attempts, delay: milliseconds }),
  z.strictObject({
    type: z.literal('exponential'),
    initial: milliseconds,
    max: milliseconds,
    factor: z.number().min(1).optional(),
    jitter: z.number().min(0).max(1).optional(),
    resetAfter: milliseconds.optional(),
    attempts: attempts.optional(),
  }),
  z.strictObject({
    type: z.literal('failure-rate'),
    failures: z.number().int().positive(),
    interval: milliseconds,
    delay: milliseconds,
  }),
]) as never

/** How a job is to be run. */
export interface JobOptions {
  readonly priority: number
  readonly memoryMb?: number | undefined
  readonly restart: RestartStrategy
  readonly checkpointed: boolean
  readonly keepOnFailure: boolean
  readonly stopTimeout: number
  readonly loadTimeout: number
}

export type JobOptionsInput = { readonly [Option in keyof JobOptions]?: JobOptions[Option] | undefined }

export const jobOptionsSchema: z.ZodType<JobOptions, JobOptionsInput> = z
  .strictObject({
    priority: z.number().int().min(-1000).max(1000).default(0).meta({
      description: 'Queued jobs of higher priority start first; of the same, the older one.',
    }),
    memoryMb: z.number().int().positive().optional().meta({
      description: 'The most memory its process may have; default as the server is configured.',
    }),
    restart: restartSchema.default({ type: 'none' }),
    checkpointed: z.boolean().default(true).meta({
      description: 'Whether the job keeps checkpoints, so that it can be stopped and continued.',
    }),
    keepOnFailure: z.boolean().default(false).meta({
      description: 'Whether the working folder of a job that failed is kept to be looked at.',
    }),
    stopTimeout: milliseconds.default(30_000).meta({
      description: 'Milliseconds for a job to end when it is told to, before its process is killed.',
    }),
    loadTimeout: milliseconds.default(600_000).meta({
      description: 'Milliseconds for the program to come to the submit that is the job.',
    }),
  })
  .meta({ id: 'JobOptions' })

/** What is sent to make a job. */
export interface Submission {
  readonly name: string
  readonly program: Program
  readonly options: JobOptions
  readonly autostop: boolean
  readonly secrets: Readonly<Record<string, string>>
  readonly resume?: { readonly savepoint: string } | undefined
  readonly allowDroppedState: boolean
}

/** As it may be sent: what has a default may be left out. */
export interface SubmissionInput {
  readonly name: string
  readonly program: WithDefaults<Program, 'argv' | 'env' | 'earlier'>
  readonly options?: JobOptionsInput | undefined
  readonly autostop?: boolean | undefined
  readonly secrets?: Readonly<Record<string, string>> | undefined
  readonly resume?: { readonly savepoint: string } | undefined
  readonly allowDroppedState?: boolean | undefined
}

export const submissionSchema: z.ZodType<Submission, SubmissionInput> = z
  .strictObject({
    name: z.string().min(1).max(200),
    program: programSchema,
    // `prefault` would make the default part of the schema that is named.
    options: jobOptionsSchema.optional().transform((options) => options ?? jobOptionsSchema.parse({})),
    autostop: z.boolean().default(true).meta({
      description: 'Whether the job ends by itself when its sources have run dry.',
    }),
    secrets: z.record(z.string(), z.string()).default({}).meta({
      description: 'Environment variables that appear nowhere: not in lists, logs, errors or events.',
    }),
    resume: z.strictObject({ savepoint: z.string() }).optional().meta({
      description: 'A savepoint on the server that the job begins from.',
    }),
    allowDroppedState: z.boolean().default(false),
  })
  .meta({ id: 'Submission' })
