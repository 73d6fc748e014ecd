import { randomUUID } from 'node:crypto'
import { compile } from '../../compiler/compile.ts'
import type { Plan } from '../../compiler/plan.ts'
import type { SubmittedJob } from '../../environment/submitted-job.ts'
import type { SubmitOutcome } from '../../environment/seat/submit-log.ts'
import { EngineError } from '../../errors/cluster-errors.ts'
import type { RestartStrategy } from '../../functions/restart-strategy.ts'
import { graphHash } from '../../graph/graph-hash.ts'
import { BundleCache } from '../../remote/bundle/bundle-cache.ts'
import type { BundleRequest } from '../../remote/bundle/program-bundle.ts'
import type { Clock } from '../../time/clock.ts'
import type { ClusterEngine, EngineConnection } from '../engine/cluster-engine.ts'
import { jobKey } from '../protocol/job-keys.ts'
import type { ClusterJobSpec, RegionSpec } from '../protocol/job-spec.ts'
import { toJson } from '../protocol/json.ts'
import { ClusterJob, type ClusterJobOwner } from './cluster-job.ts'
import { askLeader, readSpec } from './job-records.ts'
import { clusterProgram, sendFiles } from './send-program.ts'
import { SharedConnection } from './shared-connection.ts'

/** Of all environments of this process: many may submit jobs of one program. */
const bundles = new BundleCache()

/** A job as it is to be, and the program that it is one submit of. */
export interface ClusterSubmit {
  readonly job: Pick<SubmittedJob, 'graph' | 'autostop' | 'restart'>
  readonly plan: Plan
  readonly regions: readonly RegionSpec[]
  /** As `EnvironmentOptions` has it. */
  readonly stopTimeout: number
  readonly parallelism: number
  readonly toBundle: BundleRequest
  readonly argv: readonly string[]
  readonly env: Readonly<Record<string, string>>
  readonly ordinal: number
  /** What the submits before had come to. */
  readonly earlier: readonly (SubmitOutcome | null)[]
}

/**
 * The part of a ClusterEnvironment that bundles, uploads and looks at records: loaded when it is first needed, and never
 * part of a bundle.
 */
export class ClusterSubmitter {
  readonly #connection: SharedConnection
  readonly #clock: Clock

  constructor(engine: ClusterEngine, name: string, clock: Clock) {
    this.#connection = new SharedConnection(engine, `millrace ${name}`)
    this.#clock = clock
  }

  /** @throws BundleError, EngineUnavailableError. `signal` ends it, unless the cluster may have the job already. */
  async submit(
    request: ClusterSubmit,
    owner: Omit<ClusterJobOwner, 'root'>,
    signal: AbortSignal,
  ): Promise<ClusterJob> {
    const bundle = await bundles.bundle(request.toBundle)
    for (const warning of bundle.warnings) owner.warn(warning)
    const { program, files } = clusterProgram(bundle, request.earlier)
    const spec = this.#specOf(request, program)
    await this.#connection.use(async (connection) => {
      await sendFiles(connection.files, files, signal)
      signal.throwIfAborted()
      await this.#write(connection, spec)
      // Whoever has deleted another job of this program meanwhile may not have known that they are needed.
      await sendFiles(connection.files, files, new AbortController().signal)
    })
    return this.#job(spec, request.plan, { ...owner, root: bundle.root })
  }

  /** @throws EngineError where there is none. */
  async job(id: string, owner: ClusterJobOwner): Promise<ClusterJob> {
    const spec = await this.#connection.use((connection) => readSpec(connection, id))
    if (spec === null) throw noJob(id)
    return this.#job(spec, compile(spec.graph, spec.parallelism), owner)
  }

  close(): Promise<void> {
    return this.#connection.close()
  }

  #job(spec: ClusterJobSpec, plan: Plan, owner: ClusterJobOwner): ClusterJob {
    return new ClusterJob(spec, plan, { connection: this.#connection, clock: this.#clock, owner })
  }

  async #write(connection: EngineConnection, spec: ClusterJobSpec): Promise<void> {
    await connection.createLog(spec.id)
    try {
      await connection.records.put(jobKey(spec.id, 'spec'), toJson(spec), 0)
    } catch (error) {
      await connection.deleteLog(spec.id).catch(() => {})
      throw error
    }
    // Whoever leads sees it by itself, later.
    askLeader(connection, spec.id).catch(() => {})
  }

  #specOf(
    request: ClusterSubmit,
    program: Pick<ClusterJobSpec['program'], 'entry' | 'files' | 'earlier'>,
  ): ClusterJobSpec {
    const { job, regions, parallelism, stopTimeout, argv, env, ordinal } = request
    const { graph, autostop, restart } = job
    return {
      format: 1,
      id: randomUUID(),
      name: graph.name,
      submittedAt: new Date(this.#clock.now()).toISOString(),
      program: { ...program, argv, env, ordinal },
      graph,
      graphHash: graphHash(graph),
      parallelism,
      regions,
      services: graph.services,
      autostop,
      stopTimeout,
      restart: asJson(restart),
    }
  }
}

/** JSON knows no Infinity. */
function asJson(restart: RestartStrategy): RestartStrategy {
  return Object.fromEntries(
    Object.entries(restart).map(([name, value]) => [
      name,
      value === Infinity ? Number.MAX_SAFE_INTEGER : value,
    ]),
  ) as unknown as RestartStrategy
}

function noJob(id: string): EngineError {
  return new EngineError(`The cluster has no job '${id}'.`, {
    remedy: 'Look at its id; a job that was submitted with autostop is deleted with its end.',
  })
}
