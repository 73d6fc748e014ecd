import { readFileSync } from 'node:fs'
import process from 'node:process'
import { deserialize } from 'node:v8'
import { toPortableError } from '../../errors/portable-error-codec.ts'
import { ORDER_FD } from '../../services/remote/forked-process.ts'
import { JobLink } from '../../services/remote/job-link.ts'
import { ServedService } from '../../services/remote/served-service.ts'
import type { RecordedPipeline } from '../recorded-pipeline.ts'
import type { RegisteredService } from '../registered-service.ts'
import { speakUp } from '../seat/hush.ts'
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
  let isEnding = false
  // From the job, when the service takes too long to go down.
  process.on('SIGTERM', () => isEnding && process.exit(1))
  // Where nobody reads what the service writes, it is taken down all the same.
  for (const stream of [process.stdout, process.stderr]) stream.on('error', () => {})
  const take = (recorded: RecordedPipeline): void => {
    speakUp()
    loaded()
    const served = serve(order.service, recorded, link)
    const orphaned = (): void => void served.orphaned().finally(() => process.exit(1))
    link.listen((message) => {
      if (message.type === 'stop') isEnding = true
      served.heed(message)
    }, orphaned)
    void served.start()
  }
  const refuse = (error: unknown): void => {
    // It is the job that ends it.
    link.hold()
    link.tell({ type: 'failed', error: toPortableError(error) })
  }
  return new ProgramSeat(order, take, refuse)
}

function serve(name: string, recorded: RecordedPipeline, link: JobLink): ServedService {
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
    exit: () => process.exit(0),
  })
}

const isNamed =
  (name: string) =>
  (service: RegisteredService): boolean =>
    service.type === 'service' && service.name === name
