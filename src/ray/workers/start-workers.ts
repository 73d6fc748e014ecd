import { randomUUID } from 'node:crypto'
import type { PlacedWorkers, PlacementRequest } from '../../cluster/worker-placement.ts'
import { RayWorkerError } from '../../errors/ray-errors.ts'
import { delay } from '../../time/delay.ts'
import type { RayConnection } from '../jobs-api/ray-connection.ts'
import { RayJobs } from '../jobs-api/ray-jobs.ts'
import { jobRequest } from './job-request.ts'
import { RayWorker, type RayWorkerStatus } from './ray-worker.ts'
import type { RayWorkerSettings } from './ray-worker-options.ts'
import { workerPackage } from './worker-package.ts'

export interface StartRequest extends PlacementRequest {
  readonly connection: RayConnection
  readonly settings: RayWorkerSettings
}

/** Workers that Ray runs, started together. */
export interface RayWorkers extends PlacedWorkers {
  /** In their jobs' metadata at Ray, and what the jobs' names begin with. */
  readonly group: string
  /** How they are, as last heard. */
  readonly workers: readonly RayWorkerStatus[]
}

/** @throws RayUnavailableError, RayError, RayWorkerError; the signal's reason when it is aborted. */
export async function startWorkers(request: StartRequest): Promise<RayWorkers> {
  const { connection, settings, engine, signal, warn = () => {} } = request
  const { clock } = connection
  signal?.throwIfAborted()
  const jobs = new RayJobs(connection)
  const [{ name, bytes }] = await Promise.all([workerPackage(), jobs.version()])
  signal?.throwIfAborted()
  const group = `millrace-${randomUUID().slice(0, 8)}`
  const address = typeof engine === 'string' ? engine : engine.address
  const workers = Array.from({ length: settings.count }, (_, i) => {
    const idOf = (start: number): string => `${group}-${i}${start === 0 ? '' : `-${start}`}`
    const prepare = async (id: string): ReturnType<RayWorkerPrepare> => {
      await jobs.ensurePackage(name, bytes)
      return jobRequest({ id, group, code: name, engine: address, settings })
    }
    return new RayWorker({ jobs, clock, restarts: settings.restarts, idOf, prepare, warn })
  })
  const started: RayWorkers = {
    group,
    get workers() {
      return workers.map(({ status }) => status)
    },
    lost: allLost(workers),
    stop: () => stopAll(workers),
    [Symbol.asyncDispose]: () => stopAll(workers),
  }
  try {
    await allUp(workers, request)
  } catch (error) {
    await stopAll(workers)
    throw error
  }
  return started
}

type RayWorkerPrepare = ConstructorParameters<typeof RayWorker>[0]['prepare']

async function stopAll(workers: readonly RayWorker[]): Promise<void> {
  await Promise.all(workers.map((worker) => worker.stop()))
}

function allLost(workers: readonly RayWorker[]): Promise<Error> {
  return new Promise((resolve) => {
    void Promise.all(workers.map(({ over }) => over)).then((reasons) => {
      const reason = reasons.findLast((one) => one !== null)
      if (reason !== undefined && reasons.every((one) => one !== null)) resolve(reason)
    })
  })
}

/** Rejects when one of them ends before it has come up, or it takes too long, or the signal is aborted. */
async function allUp(
  workers: readonly RayWorker[],
  { connection, settings, signal }: StartRequest,
): Promise<void> {
  const done = new AbortController()
  const signals = [done.signal, ...(signal === undefined ? [] : [signal])]
  const isUp = async ({ up, over }: RayWorker): Promise<void> => {
    const reason = await Promise.race([up, over])
    if (reason instanceof Error) throw reason
  }
  const late = delay(connection.clock, settings.startTimeout, signals).then(() => {
    throw notUp(workers, settings.startTimeout)
  })
  try {
    await Promise.race([Promise.all(workers.map(isUp)), late])
  } finally {
    late.catch(() => {})
    done.abort()
  }
}

function notUp(workers: readonly RayWorker[], within: number): RayWorkerError {
  const missing = workers.map(({ status }) => status).filter(({ state }) => state !== 'ready')
  const [first] = missing
  const says = first === undefined || first.message === '' ? '' : ` Of ${first.id} Ray says: ${first.message}`
  return new RayWorkerError(
    `${missing.length} of ${workers.length} workers have not come up within ${within} ms.${says}`,
    {
      remedy:
        'Ask Ray for fewer workers or fewer cpus, give it more machines, or raise startTimeout where it has to make them first.',
    },
  )
}
