import { fileURLToPath } from 'node:url'
import type { Logger } from '../../../src/functions/logger.ts'
import type { ServiceCaller } from '../../../src/functions/services.ts'
import { forkProcess } from '../../../src/services/remote/forked-process.ts'
import type { Launch } from '../../../src/services/remote/launch.ts'
import type { UntypedServices } from '../../../src/services/service-context.ts'
import { toServiceDefinition } from '../../../src/services/service-definition.ts'
import { ServiceHost, type ServiceHostOptions } from '../../../src/services/service-host.ts'
import type { RemoteServiceOptions, ServiceSourceOptions } from '../../../src/services/service-source.ts'
import { realClock } from '../../../src/time/real-clock.ts'
import { typescript } from '../../support/node-arguments.ts'
import type { TestContext } from '../../support/suite.ts'
import { catalog, type CatalogName, OutOfStock } from './catalog.ts'
import type { HostOrder } from './host-process.ts'

export interface CatalogHosting {
  readonly host: ServiceHost
  readonly job: AbortController
  /** What an operator called "op" calls through. */
  readonly op: ServiceCaller<UntypedServices>
  /** What was logged, in order. */
  readonly told: string[]
  /** What the job failed with. */
  readonly failures: Error[]
  /** Processes that were launched and have not ended. */
  readonly processes: Set<number>
}

export interface HostingOptions extends Partial<ServiceHostOptions> {
  /** For services in processes. */
  readonly settings?: Partial<RemoteServiceOptions> & ServiceSourceOptions
}

type Where = 'here' | 'in processes'

/** A host of services of the catalog, brought down when the test is over. */
export function catalogHosting(
  where: Where,
  names: readonly CatalogName[],
  { cleanup }: Pick<TestContext, 'cleanup'>,
  { settings = {}, ...options }: HostingOptions = {},
): CatalogHosting {
  const job = new AbortController()
  const told: string[] = []
  const failures: Error[] = []
  const processes = new Set<number>()
  const remote = { ...settings, remote: true, errors: [OutOfStock] } as const
  const definitions = names.map((name) =>
    toServiceDefinition<object, []>(name, catalog[name], (where === 'here' ? [] : [remote]) as never),
  )
  const launch: Launch = async (service, _instance, events) => {
    const name = service as CatalogName
    const order: HostOrder = { name, services: names, teardownTimeout: options.teardownTimeout ?? 5_000 }
    const process = forkProcess(
      { entry: hostProcess, argv: [], execArgv: typescript(), order },
      {
        ...events,
        exited: (exit) => {
          processes.delete(process.pid as number)
          events.exited(exit)
        },
      },
    )
    processes.add(process.pid as number)
    return process
  }
  const host = new ServiceHost(definitions, {
    clock: realClock,
    logger: notesTo(told),
    signal: job.signal,
    remote: { launch, random: () => 0.5, fail: (error) => void failures.push(error) },
    ...options,
  })
  cleanup(() => host.stop())
  return { host, job, op: host.caller({ name: 'op' }), told, failures, processes }
}

const hostProcess = fileURLToPath(new URL('./host-process.ts', import.meta.url))

function notesTo(told: string[]): Logger {
  const note = (message: string): void => void told.push(message)
  const logger: Logger = { debug: note, info: note, warn: note, error: note, child: () => logger }
  return logger
}

/** Waits until something holds; the test's own timeout ends the wait. */
export async function until(holds: () => boolean): Promise<void> {
  while (!holds()) await new Promise((resolve) => setTimeout(resolve, 5))
}
