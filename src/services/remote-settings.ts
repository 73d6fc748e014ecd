import { excerpt } from '../errors/excerpt.ts'
import { InvalidArgumentError } from '../errors/invalid-argument-error.ts'
import type { ErrorClass, RemoteServiceOptions } from './service-source.ts'

/** How a service is hosted outside of the process of its job, with every default filled in. */
export interface RemoteSettings {
  /** Processes. */
  readonly instances: number
  /** Crashes within a minute after which it is restarted. */
  readonly restarts: number
  /** Milliseconds without a sign of life after which a process is killed. */
  readonly heartbeatTimeout: number
  /** By name. */
  readonly errors: ReadonlyMap<string, ErrorClass>
}

/** What is said of it, as yet unchecked. */
export type GivenPlacement = { readonly [K in keyof RemoteServiceOptions]?: unknown }

const ownOptions = ['instances', 'restarts', 'cleanupTimeout', 'heartbeatTimeout', 'errors'] as const

/**
 * Null: the service is hosted in the process of the job.
 * @throws InvalidArgumentError for what can never work.
 */
export function checkPlacement(name: string, given: GivenPlacement): RemoteSettings | null {
  const { remote = false, instances = 1, restarts = 3, heartbeatTimeout = 30_000, errors = [] } = given
  const refuse = (what: string, got: unknown, remedy: string): never => {
    throw new InvalidArgumentError(`${what} of service "${name}" is ${excerpt(got)}`, { remedy })
  }
  if (typeof remote !== 'boolean') refuse('remote', remote, 'pass true or false')
  if (remote === false) {
    const useless = ownOptions.find((option) => given[option] !== undefined)
    if (useless === undefined) return null
    return refuse(useless, given[useless], 'say remote: true beside it, or leave it out')
  }
  if (!isCount(instances, 1)) refuse('instances', instances, 'pass a positive integer')
  if (!isCount(restarts, 0) && restarts !== Infinity) {
    refuse('restarts', restarts, 'pass an integer from 0, or Infinity')
  }
  if (!(typeof heartbeatTimeout === 'number' && heartbeatTimeout > 0)) {
    refuse('heartbeatTimeout', heartbeatTimeout, 'pass milliseconds, or Infinity for no limit')
  }
  if (!Array.isArray(errors) || !errors.every((one) => typeof one === 'function')) {
    refuse('errors', errors, 'pass a list of the classes of errors that it throws')
  }
  const classes = (errors as readonly ErrorClass[]).map((one) => [one.name, one] as const)
  return Object.freeze({
    instances: instances as number,
    restarts: restarts as number,
    heartbeatTimeout: heartbeatTimeout as number,
    errors: new Map(classes),
  })
}

function isCount(value: unknown, least: number): boolean {
  return Number.isSafeInteger(value) && (value as number) >= least
}
