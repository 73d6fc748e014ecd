import { readFileSync } from 'node:fs'
import process from 'node:process'
import { deserialize } from 'node:v8'
import { toPortableError } from '../../errors/portable-error-codec.ts'
import { ORDER_FD } from '../../services/remote/forked-process.ts'
import { JobLink } from '../../services/remote/job-link.ts'
import { ServedService } from '../../services/remote/served-service.ts'
import type { RecordedPipeline } from '../recorded-pipeline.ts'
import type { RegisteredService } from '../registered-service.ts'
import { ProgramSeat } from '../seat/program-seat.ts'
import { preloadedProcess } from './preload.ts'
import type { ServiceOrder } from './service-order.ts'

/** Of this process, where it hosts a service. */
let seat: ProgramSeat | undefined

/** The seat of a program that was loaded once more to host a service; undefined where it was not. */
export function serviceSeat(): ProgramSeat | undefined {
  const preloaded = preloadedProcess()
  if (preloaded === undefined) return undefined
  return (seat ??= takeSeat(preloaded.loaded))
}

function takeSeat(loaded: () => void): ProgramSeat {
  const order = deserialize(readFileSync(ORDER_FD)) as ServiceOrder
  const link = new JobLink(process)
  let served: ServedService | null = null
  let isEnding = false
  const exit = (code: number): void => {
    isEnding = true
    process.exit(code)
  }
  // Whoever ends the job by a signal to all of its processes means the job, which takes its services down in order.
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => isEnding && exit(1))
  const take = (recorded: RecordedPipeline): void => {
    loaded()
    served = serve(order.service, recorded, link, () => exit(0))
    link.listen(
      (message) => {
        if (message.type === 'stop') isEnding = true
        served?.heed(message)
      },
      () => void served?.orphaned().finally(() => exit(1)),
    )
    void served.start()
  }
  return new ProgramSeat(order, take, (error) => link.tell({ type: 'failed', error: toPortableError(error) }))
}

function serve(name: string, recorded: RecordedPipeline, link: JobLink, exit: () => void): ServedService {
  const { services, options } = recorded
  const { definition } = services.find(isNamed(name)) as Extract<
    RegisteredService,
    { readonly type: 'service' }
  >
  return new ServedService(definition, {
    clock: options.clock,
    services: services.map((service) => service.name),
    teardownTimeout: definition.teardownTimeout ?? options.teardownTimeout,
    keepOnFailure: definition.keepOnFailure ?? options.keepOnFailure,
    tell: (report) => link.tell(report),
    exit,
  })
}

const isNamed =
  (name: string) =>
  (service: RegisteredService): boolean =>
    service.type === 'service' && service.name === name
