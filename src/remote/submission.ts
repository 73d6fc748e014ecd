import type { SubmittedJob } from '../environment/submitted-job.ts'
import { canonicalGraph, graphHash } from '../graph/graph-hash.ts'
import { collectedFrames } from '../protocol/collected-frames.ts'
import type { EarlierSubmit, SubmissionInput } from '../protocol/submission.ts'
import { toWireError } from '../protocol/wire-error-codec.ts'
import { packageVersion } from '../util/package-version.ts'
import { fileInMemory } from './bundle/file-in-memory.ts'
import type { BundledFile, ProgramBundle } from './bundle/program-bundle.ts'
import type { SubmitOutcome } from '../environment/seat/submit-log.ts'

/** What is submitted. */
export interface SubmitRequest {
  /** Default: as its graph is called. */
  readonly name?: string | undefined
  readonly job: SubmittedJob
  readonly ordinal: number
  /** Whether the job is the submit of a LocalEnvironment: default no. */
  readonly local?: boolean
  /** What became of the submits before, in order; null: not over. */
  readonly earlier: readonly (SubmitOutcome | null)[]
  readonly argv: readonly string[]
  readonly env: Readonly<Record<string, string>>
  readonly secrets: Readonly<Record<string, string>>
  readonly priority: number | undefined
  readonly memoryMb: number | undefined
  readonly loadTimeout: number | undefined
}

/** Folder of a program for what the library puts beside it. */
const OWN = '.millrace'
const GRAPH = `${OWN}/graph.json`

/** A submission, and all files it names. */
export interface MadeSubmission {
  readonly submission: SubmissionInput
  readonly files: readonly BundledFile[]
}

export function makeSubmission(request: SubmitRequest, bundle: ProgramBundle): MadeSubmission {
  const { job, ordinal, local = false, argv, env, secrets, priority, memoryMb, loadTimeout } = request
  const { graph, checkpointed, restart, keepOnFailure, stopTimeout } = job
  const earlier = request.earlier.map(earlierSubmit)
  const own = [fileInMemory(GRAPH, canonicalGraph(graph)), ...earlier.flatMap(({ files }) => files)]
  const files = [...bundle.files, ...own]
  const submission = {
    name: request.name ?? graph.name,
    program: {
      entry: bundle.entry,
      files: files.map(({ path, hash, size }) => ({ path, hash, size })),
      ordinal,
      ...(local && { local }),
      graphHash: graphHash(graph),
      graph: GRAPH,
      earlier: earlier.map(({ submit: one }) => one),
      argv,
      env,
      millrace: packageVersion(),
    },
    options: { priority, memoryMb, keepOnFailure, loadTimeout, checkpointed, restart, stopTimeout },
    autostop: job.autostop,
    secrets,
    ...(job.resume !== undefined && { resume: job.resume }),
    allowDroppedState: job.allowDroppedState,
  }
  return { submission, files }
}

function earlierSubmit(
  outcome: SubmitOutcome | null,
  ordinal: number,
): { readonly submit: EarlierSubmit; readonly files: readonly BundledFile[] } {
  if (outcome === null) return { submit: { result: null, error: null, collected: {} }, files: [] }
  const collected: Record<string, string> = {}
  const files: BundledFile[] = []
  for (const [node, values] of outcome.collected) {
    const path = `${OWN}/submit-${ordinal}/${node}`
    collected[node] = path
    files.push(fileInMemory(path, Buffer.concat([...collectedFrames(values)])))
  }
  const error = outcome.result === null ? toWireError(outcome.error) : null
  return { submit: { result: outcome.result, error, collected }, files }
}
