import * as assert from 'uvu/assert'
import { silentLogger } from '../../src/functions/logger.ts'
import type { ServiceCaller } from '../../src/functions/services.ts'
import type { ServiceDefinition } from '../../src/services/service-definition.ts'
import { toServiceDefinition } from '../../src/services/service-definition.ts'
import type { UntypedServices } from '../../src/services/service-context.ts'
import { ServiceHost, type ServiceHostOptions } from '../../src/services/service-host.ts'
import type { ServiceSource } from '../../src/services/service-source.ts'
import { ManualClock } from '../support/manual-clock.ts'

export interface Hosting {
  readonly host: ServiceHost
  readonly clock: ManualClock
  readonly job: AbortController
  /** What an operator called "op" calls through. */
  readonly op: ServiceCaller<UntypedServices>
}

/** A host for services given by name, in that order: an object as it is, a function as `registerService` takes it. */
export function hosting(
  services: Record<string, object>,
  options: Partial<ServiceHostOptions> = {},
): Hosting {
  const clock = new ManualClock()
  const job = new AbortController()
  const definitions = Object.entries(services).map(([name, service]) => define(name, service))
  const host = new ServiceHost(definitions, { clock, logger: silentLogger, signal: job.signal, ...options })
  return { host, clock, job, op: host.caller({ name: 'op' }) }
}

/** The same, started. */
export async function running(
  services: Record<string, object>,
  options: Partial<ServiceHostOptions> = {},
): Promise<Hosting> {
  const hosted = hosting(services, options)
  await hosted.host.start()
  return hosted
}

function define(name: string, service: object): ServiceDefinition {
  const isSource = typeof service === 'function' || 'factory' in service || 'class' in service
  return toServiceDefinition(name, isSource ? (service as ServiceSource<object, []>) : () => service, [])
}

/** What a promise rejects with. */
export async function rejection(
  promise: Promise<unknown>,
): Promise<Error & { code?: string; remedy?: string }> {
  try {
    await promise
  } catch (error) {
    assert.instance(error, Error)
    return error as Error
  }
  assert.unreachable('the promise was fulfilled')
  throw new Error()
}

/** What a function throws. */
export function thrown(run: () => unknown): Error & { code?: string; remedy?: string } {
  try {
    run()
  } catch (error) {
    assert.instance(error, Error)
    return error as Error
  }
  assert.unreachable('nothing was thrown')
  throw new Error()
}

export interface Gate {
  readonly promise: Promise<unknown>
  open(value?: unknown): void
  break(error: unknown): void
}

/** A promise to settle by hand. */
export function gate(): Gate {
  let open!: (value?: unknown) => void
  let fail!: (error: unknown) => void
  const promise = new Promise((resolve, reject) => {
    open = resolve
    fail = reject
  })
  return { promise, open, break: fail }
}

/** Notes what a promise comes to: undefined until it has settled. */
export function outcome(promise: Promise<unknown>): { readonly state: string | undefined } {
  const seen: { state: string | undefined } = { state: undefined }
  promise.then(
    (value) => (seen.state = `ok: ${String(value)}`),
    (error: unknown) => (seen.state = `error: ${(error as { code?: string }).code ?? String(error)}`),
  )
  return seen
}
