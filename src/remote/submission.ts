import process from 'node:process'
import { InvalidArgumentError } from '../errors/invalid-argument-error.ts'
import type { RecordedPipeline } from '../environment/recorded-pipeline.ts'
import type { SubmitOptions } from '../environment/submit-options.ts'
import { canonicalGraph, graphHash } from '../graph/graph-hash.ts'
import { collectedFrames } from '../protocol/collected-frames.ts'
import type { EarlierSubmit, SubmissionInput } from '../protocol/submission.ts'
import { toWireError } from '../protocol/wire-error-codec.ts'
import { LONGEST_DELAY } from '../util/longest-delay.ts'
import { packageVersion } from '../util/package-version.ts'
import { fileInMemory } from './bundle/file-in-memory.ts'
import type { BundledFile, ProgramBundle } from './bundle/program-bundle.ts'
import type { ProgramOptions, RemoteSettings } from './remote-options.ts'
import type { LoggedSubmit, SubmitOutcome } from './submit-log.ts'

/** What is submitted. */
export interface SubmitRequest {
  readonly recorded: RecordedPipeline
  readonly submit: SubmitOptions
  readonly logged: LoggedSubmit
  /** Whether the entry is the program that runs here, which gives it its arguments. */
  readonly isRunning: boolean
  /** Whether the job can keep checkpoints, and is to. */
  readonly checkpointed: boolean
}

/** Folder of a program for what the library puts beside it. */
const OWN = '.millrace'
const GRAPH = `${OWN}/graph.json`

/** A submission, and all files it names. */
export interface MadeSubmission {
  readonly submission: SubmissionInput
  readonly files: readonly BundledFile[]
}

export function makeSubmission(
  { recorded, submit, logged, isRunning, checkpointed }: SubmitRequest,
  bundle: ProgramBundle,
  { program, job }: RemoteSettings,
): MadeSubmission {
  const { graph, options } = recorded
  const earlier = logged.earlier.map(earlierSubmit)
  const own = [fileInMemory(GRAPH, canonicalGraph(graph)), ...earlier.flatMap(({ files }) => files)]
  const files = [...bundle.files, ...own]
  const { resume } = submit
  const submission = {
    name: graph.name,
    program: {
      entry: bundle.entry,
      files: files.map(({ path, hash, size }) => ({ path, hash, size })),
      ordinal: logged.ordinal,
      graphHash: graphHash(graph),
      graph: GRAPH,
      earlier: earlier.map(({ submit: one }) => one),
      argv: program.argv ?? (isRunning ? process.argv.slice(2) : []),
      env: variables(program.env ?? []),
      millrace: packageVersion(),
    },
    options: {
      priority: job.priority,
      memoryMb: job.memoryMb,
      keepOnFailure: options.keepOnFailure,
      loadTimeout: job.loadTimeout,
      checkpointed,
      restart: options.restart,
      stopTimeout: stopTimeoutOf(recorded),
    },
    autostop: submit.autostop ?? false,
    secrets: secretsOf(graph.name, program.secrets),
    ...(typeof resume === 'object' && { resume }),
    allowDroppedState: submit.allowDroppedState,
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

function variables(names: readonly string[]): Record<string, string> {
  return Object.fromEntries(
    names.flatMap((name) => {
      const value = process.env[name]
      return value === undefined ? [] : [[name, value]]
    }),
  )
}

/** @throws InvalidArgumentError when one is not set: a job without it would fail later, and elsewhere. */
function secretsOf(name: string, secrets: ProgramOptions['secrets'] = []): Readonly<Record<string, string>> {
  if (!isList(secrets)) return secrets
  const missing = secrets.filter((secret) => process.env[secret] === undefined)
  if (missing.length === 0) return variables(secrets)
  throw new InvalidArgumentError(`The secrets ${missing.join(', ')} of environment "${name}" are not set.`, {
    remedy: 'Set these environment variables, or pass values: { secrets: { NAME: value } }.',
  })
}

function isList(secrets: NonNullable<ProgramOptions['secrets']>): secrets is readonly string[] {
  return Array.isArray(secrets)
}

/** Milliseconds for all that a job does at its end, one after the other, and some to spare. */
function stopTimeoutOf({ services, options }: RecordedPipeline): number {
  const teardowns = services.map((service) =>
    service.type === 'service'
      ? (service.definition.teardownTimeout ?? options.teardownTimeout)
      : options.teardownTimeout,
  )
  const longest = 30_000 + options.stopTimeout + 2 * teardowns.reduce((sum, one) => sum + one, 0)
  return Math.min(longest, LONGEST_DELAY)
}
