import type { RemoteProgram } from '../../environment/command-host.ts'
import type { SubmittedJob } from '../../environment/submitted-job.ts'
import type { CompilerStage } from '../../compiler/compile.ts'
import type { ExplainedService } from '../../compiler/explained-service.ts'
import type { DefinitionSite } from '../../errors/definition-site.ts'
import type { PipelineGraph } from '../../graph/pipeline-graph.ts'
import type { JobResult } from '../../job/job-result.ts'
import type { WireError } from '../../protocol/wire-error.ts'
import type { JobMetrics } from '../../runtime/metrics/job-metrics.ts'

/** What a program is run for: told to its process by an environment variable, in JSON. */
export type ProgramOrder =
  | { readonly type: 'run' }
  /** Up to its submit of that number, from 0. */
  | { readonly type: 'submit'; readonly ordinal: number }
  | { readonly type: 'explain' }

export const ORDER = 'MILLRACE_PROGRAM'

/** A submit that a program has come to, for a server. */
export interface FoundSubmit {
  readonly job: SubmittedJob
  /** Null: it is that of a LocalEnvironment. */
  readonly remote: RemoteProgram | null
}

/** From the program's process to the command. */
export type ProgramReport =
  /** It has called `submit`, of whatever environment. */
  | { readonly type: 'submitted' }
  | { readonly type: 'job'; readonly id: string; readonly name: string }
  /** How far it is, a few times a second. Some are left out where the command is slow. */
  | { readonly type: 'metrics'; readonly id: string; readonly metrics: JobMetrics }
  | {
      readonly type: 'ended'
      readonly id: string
      readonly result: JobResult | null
      readonly error: WireError | null
    }
  | { readonly type: 'submit'; readonly submit: FoundSubmit }
  | {
      readonly type: 'explained'
      readonly graph: PipelineGraph
      readonly stages: readonly CompilerStage[]
      readonly services: readonly ExplainedService[]
    }
  /** Nobody caught it, and the process is about to exit. */
  | { readonly type: 'threw'; readonly error: WireError }

  /** It exits, with nothing left to wait for, and has not called `submit`. */
  | { readonly type: 'stuck'; readonly site: DefinitionSite | undefined }

export type InterruptSignal = 'SIGINT' | 'SIGTERM'

/** From the command to the program's process. */
export type ProgramCommand =
  /** The command has had a signal for the so-manieth time. The terminal may have sent it to the program as well. */
  | { readonly type: 'interrupt'; readonly signal: InterruptSignal; readonly times: number }
  /** Its jobs are to stop, and the process to end. */
  | { readonly type: 'stop' }
  /** One of its jobs is to stop, or to be aborted. */
  | { readonly type: 'end-job'; readonly id: string; readonly abort: boolean }
