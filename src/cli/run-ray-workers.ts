import process from 'node:process'
import { onInterrupt } from '../environment/interrupts.ts'
import { exitCodes } from './exit-codes.ts'

export interface RayWorkersGiven {
  readonly engine: string
  readonly slots: number
  readonly labels: Readonly<Record<string, string>>
  /** Address of the dashboard of Ray. */
  readonly ray: string
  readonly count: number
  readonly cpus: number
}

/** Has Ray run workers until it is told to end: stops them at the first signal, and leaves them to Ray at the second. */
export async function runRayWorkers({ ray: address, engine, ...given }: RayWorkersGiven): Promise<void> {
  const { ray } = await import('../ray/ray.ts')
  const token = process.env['RAY_AUTH_TOKEN']
  const cluster = ray(address, { ...given, token })
  const warn = (message: string): void => void process.stderr.write(`worker: ${message}\n`)
  const interrupted = new AbortController()
  const release = onInterrupt((times) => {
    if (times === 1) interrupted.abort(new Error('interrupted'))
    else process.exit(exitCodes.interrupted)
  })
  try {
    warn(
      `waits for Ray at ${cluster.address} to start ${given.count === 1 ? 'a worker' : `${given.count} workers`}`,
    )
    await using started = await cluster.startWorkers({ engine, warn, signal: interrupted.signal })
    for (const { id, worker } of started.workers)
      process.stdout.write(`Worker ${worker} is ready: ${id} at Ray\n`)
    const ended = new Promise<null>((resolve) => {
      interrupted.signal.addEventListener('abort', () => resolve(null))
      if (interrupted.signal.aborted) resolve(null)
    })
    const lost = await Promise.race([started.lost, ended])
    if (lost !== null) throw lost
  } catch (error) {
    if (!interrupted.signal.aborted) throw error
  } finally {
    release()
  }
}
