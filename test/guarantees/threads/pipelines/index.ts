import { allShapes } from './all-shapes.ts'
import { fates } from './fates.ts'
import { keyed } from './keyed.ts'
import type { BuildPipeline } from './pipeline.ts'

/** What the program of these tests can record. */
export const pipelines = { allShapes, fates, keyed } satisfies Readonly<Record<string, BuildPipeline>>

export type PipelineName = keyof typeof pipelines
