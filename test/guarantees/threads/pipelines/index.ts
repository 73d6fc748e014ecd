import { allShapes } from './all-shapes.ts'
import { calling } from './calling.ts'
import { endless } from './endless.ts'
import { fates } from './fates.ts'
import { figures } from './figures.ts'
import { keyed } from './keyed.ts'
import { narrow } from './narrow.ts'
import { order } from './order.ts'
import type { BuildPipeline } from './pipeline.ts'

/** What the program of these tests can record. */
export const pipelines = {
  allShapes,
  calling,
  endless,
  fates,
  figures,
  keyed,
  narrow,
  order,
} satisfies Readonly<Record<string, BuildPipeline>>

export type PipelineName = keyof typeof pipelines
