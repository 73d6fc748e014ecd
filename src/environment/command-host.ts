import type { CompilerStage } from '../compiler/compile.ts'
import type { ExplainedService } from '../compiler/explained-service.ts'
import { InvalidArgumentError } from '../errors/invalid-argument-error.ts'
import type { PipelineGraph } from '../graph/pipeline-graph.ts'
import type { JobHandle } from './job-handle.ts'
import type { SubmittedJob } from './submitted-job.ts'

/** What a RemoteEnvironment says of its server and its program: plain data. Times in milliseconds. */
export interface RemoteProgram {
  /** Undefined: nothing is said. */
  readonly url: string | undefined
  readonly token: string | undefined
  /** Absolute path of the file to bundle. */
  readonly entry: string
  /** Which submit of another entry than the program that runs is meant; undefined: of the program that runs. */
  readonly ordinal: number | undefined
  readonly argv: readonly string[]
  readonly assets: readonly string[]
  readonly packages: readonly string[]
  readonly external: readonly string[]
  /** Variables that travel, and those that appear nowhere. */
  readonly env: Readonly<Record<string, string>>
  readonly secrets: Readonly<Record<string, string>>
  readonly priority: number | undefined
  readonly memoryMb: number | undefined
  readonly loadTimeout: number | undefined
}

/** A submit, as it is shown to the command that runs the program. */
export interface ProgramSubmit {
  readonly environment: 'local' | 'remote'
  readonly graph: PipelineGraph
  /** The graph after each pass of the compiler. @throws InvalidGraphError when it cannot run. */
  readonly stages: () => readonly CompilerStage[]
  /** Absent: of a program whose millrace did not tell of them. */
  readonly services?: () => readonly ExplainedService[]
  /**
   * The job as a server is told of it.
   * @throws what `submit` of a RemoteEnvironment does before anything is sent.
   */
  readonly job: () => SubmittedJob
  /** Null: of a LocalEnvironment, which says nothing of servers. @throws InvalidArgumentError for missing secrets. */
  readonly remote: () => RemoteProgram | null
}

/**
 * What `millrace run`, `submit` and `explain` offer to the program they run, at `globalThis[commandKey]`. Programs bring
 * their own copy of this library, so this is the contract between versions: it only ever grows.
 */
export interface CommandHost {
  readonly version: 1
  /**
   * Each `submit` calls this first, and nothing of it has happened yet. True: the program was run up to here only, and
   * this submit never resolves.
   */
  halts(submit: ProgramSubmit): boolean
  /** Each job that is to run in this process, before it starts. */
  starts(
    job: Pick<JobHandle, 'id' | 'name' | 'metrics$' | 'result' | 'stop'> & Partial<Pick<JobHandle, 'cancel'>>,
  ): void
}

const commandKey: unique symbol = Symbol.for('millrace.command') as never

/**
 * The command that runs this program, if one does.
 * @throws InvalidArgumentError when it is of a version that is not understood here.
 */
export function commandHost(): CommandHost | undefined {
  const host = (globalThis as { [commandKey]?: CommandHost })[commandKey]
  if (host === undefined || host.version === 1) return host
  const { version } = host as { version: unknown }
  throw new InvalidArgumentError(
    `The command that runs this program speaks version ${String(version)} to it, and the millrace of the program understands version 1.`,
    { remedy: "Use the command of the program's own millrace: npx millrace." },
  )
}

/** Whether the program was run up to this submit only, which then never resolves. @throws as `commandHost`. */
export function haltsHere(submit: ProgramSubmit): boolean {
  return commandHost()?.halts(submit) ?? false
}

/** Puts a command in charge of the program that this process is going to run. */
export function installCommandHost(host: CommandHost): void {
  Reflect.set(globalThis, commandKey, host)
}
