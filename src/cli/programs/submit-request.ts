import { realpathSync } from 'node:fs'
import type { BundleRequest } from '../../remote/bundle/program-bundle.ts'
import type { SubmitRequest } from '../../remote/submission.ts'
import type { FoundProgram } from './find-program.ts'
import type { FoundSubmit } from './messages.ts'
import type { GivenSubmitOptions, GivenVariables } from './submit-settings.ts'

/** What is bundled, and what is sent of it. */
export interface CommandSubmission {
  readonly toBundle: BundleRequest
  readonly request: SubmitRequest
}

/** What a program has said of its job, and what the command line says, which goes before. */
export function submitRequest(
  { path }: FoundProgram,
  { job, remote }: FoundSubmit,
  {
    args,
    given,
    variables,
  }: {
    readonly args: readonly string[]
    readonly given: GivenSubmitOptions
    readonly variables: GivenVariables
  },
): CommandSubmission {
  const both = (of: readonly string[] = [], and: readonly string[] = []): string[] => [
    ...new Set([...of, ...and]),
  ]
  return {
    toBundle: {
      entry: remote?.entry ?? realpathSync(path),
      assets: both(remote?.assets, given.asset),
      packages: both(remote?.packages, given.package),
      external: both(remote?.external, given.external),
    },
    request: {
      name: given.name,
      job: { ...job, autostop: given.autostop ?? job.autostop },
      // The submits of a RemoteEnvironment are counted among themselves, and none is in front of the one that was found.
      ordinal: remote === null ? given.ordinal : (remote.ordinal ?? 0),
      local: remote === null,
      earlier: [],
      argv: remote?.argv ?? args,
      env: { ...remote?.env, ...variables.env },
      secrets: { ...remote?.secrets, ...variables.secrets },
      priority: given.priority ?? remote?.priority,
      memoryMb: given.memory ?? remote?.memoryMb,
      loadTimeout: remote?.loadTimeout,
    },
  }
}
