import process from 'node:process'
import { InvalidArgumentError } from '../../errors/invalid-argument-error.ts'
import { jobProcessHost } from '../job-process-host.ts'
import type { RecordedPipeline } from '../recorded-pipeline.ts'
import { findEntry } from './find-entry.ts'
import { type LocalSubmit, MOST_SUBMITS } from './local-submits.ts'
import type { SeatedProgram } from './seat-order.ts'

/** The program that a job is part of. @throws InvalidArgumentError when it cannot be loaded once more. */
export type ProgramOf = () => Promise<SeatedProgram>

/** Of a submit of a LocalEnvironment. */
export function localProgram({ options }: RecordedPipeline, submit: LocalSubmit): ProgramOf {
  return async () => {
    const { file, isRunning } = findEntry(options.entry)
    const common = { entry: file, local: true, insideJob: false }
    if (!isRunning) return { ...common, argv: options.argv ?? [], ordinal: 0, earlier: [] }
    const { ordinal } = submit
    if (ordinal === null) throw tooMany()
    const argv = options.argv ?? process.argv.slice(2)
    return { ...common, argv, ordinal, earlier: submit.earlier() }
  }
}

/** Of the job of this process. */
export const hostedProgram: ProgramOf = async () => {
  const program = await jobProcessHost()?.seatedProgram?.()
  if (program === undefined) {
    throw new InvalidArgumentError('The server that runs this job cannot load its program once more.', {
      remedy: 'Use a server of the same version as the program has, or keep the job to one process.',
    })
  }
  return program
}

function tooMany(): InvalidArgumentError {
  return new InvalidArgumentError(
    `This process has submitted ${MOST_SUBMITS} jobs before, each of which its program would have to come past.`,
    {
      remedy:
        'Put the pipeline into a file of its own that submits once, and name it: { entry: new URL("./job.ts", import.meta.url) }.',
    },
  )
}
