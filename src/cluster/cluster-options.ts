import type { EnvironmentOptions } from '../environment/environment-options.ts'
import { excerpt } from '../errors/excerpt.ts'
import { InvalidArgumentError } from '../errors/invalid-argument-error.ts'
import { type ProgramOptions, type RemoteSettings, splitOptions } from '../remote/remote-options.ts'
import type { ClusterEngine } from './engine/cluster-engine.ts'
import type { WorkerPlacement } from './worker-placement.ts'

/** Options of a ClusterEnvironment: its own, and those of a LocalEnvironment, which hold where the job runs. */
export interface ClusterEnvironmentOptions
  extends
    Omit<ProgramOptions, 'secrets' | 'onUpload'>,
    Omit<EnvironmentOptions, 'checkpoints' | 'entry' | 'argv'> {
  /** What carries records and state between machines: `nats('nats://host:4222')` of `millrace/nats`. */
  readonly engine: ClusterEngine
  /**
   * Who runs workers for each job, beside those that are there: `ray('http://head:8265', { count: 4 })` of
   * `millrace/ray`. They are started by `submit`, and stopped when the job is over, or by `close`. Default nobody.
   */
  readonly workers?: WorkerPlacement
}

/** What is a ClusterEnvironment's own, checked. */
export interface ClusterSettings {
  readonly engine: ClusterEngine
  readonly workers: WorkerPlacement | null
  readonly remote: RemoteSettings
}

/**
 * Parts the options into what is a ClusterEnvironment's own and what any environment has.
 * @throws InvalidArgumentError when one of its own can never work.
 */
export function splitClusterOptions(
  name: string,
  options: ClusterEnvironmentOptions,
): { readonly own: ClusterSettings; readonly common: EnvironmentOptions } {
  const engine: unknown = (options as Partial<ClusterEnvironmentOptions> | null | undefined)?.engine
  if (typeof (engine as Partial<ClusterEngine> | null | undefined)?.connect !== 'function') {
    throw new InvalidArgumentError(`the engine of environment "${name}" is ${excerpt(engine)}`, {
      operator: name,
      remedy: "pass { engine: nats('nats://host:4222') }, with nats from 'millrace/nats'",
    })
  }
  const { engine: own, workers = null, ...rest } = options
  if (workers !== null && typeof (workers as Partial<WorkerPlacement>).startWorkers !== 'function') {
    throw new InvalidArgumentError(`the workers of environment "${name}" are ${excerpt(workers)}`, {
      operator: name,
      remedy: "pass { workers: ray('http://head:8265') }, with ray from 'millrace/ray'",
    })
  }
  const { own: remote, common } = splitOptions(name, rest)
  return { own: { engine: own, workers, remote }, common }
}
