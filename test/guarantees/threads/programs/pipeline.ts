// Records and submits one of the pipelines: pipeline.ts NAME OPTIONS SETTINGS
import process from 'node:process'
import { type PipelineName, pipelines } from '../pipelines/index.ts'
import type { PipelineSettings } from '../pipelines/pipeline.ts'

const [name, ...given] = process.argv.slice(2)
const [options, settings] = given.map((json) => JSON.parse(json) as object) as [object, PipelineSettings]
await pipelines[name as PipelineName](options, settings).env.submit({ autostop: true })
