import type { Collected, EnvironmentOptions, LocalEnvironment } from '../../../../src/index.ts'

/** What a pipeline is recorded with, as JSON. */
export interface PipelineSettings {
  readonly options?: EnvironmentOptions
  /** What else it depends on. */
  readonly [name: string]: unknown
}

/** A pipeline, and what it is looked at by. */
export interface Pipeline {
  readonly env: LocalEnvironment
  readonly seen: Readonly<Record<string, Collected<unknown>>>
}

/** Records the same pipeline wherever it is called. `options` are what its environment is made with. */
export type BuildPipeline = (options: EnvironmentOptions, settings: PipelineSettings) => Pipeline
