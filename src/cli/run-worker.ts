import process from 'node:process'
import { onInterrupt } from '../environment/interrupts.ts'
import { exitCodes } from './exit-codes.ts'

export interface WorkerGiven {
  readonly engine: string
  readonly slots: number
  readonly labels: Readonly<Record<string, string>>
  readonly dataFolder: string | null
}

/** Is a worker of a cluster until it is told to end: drains at the first signal, and ends at once at the second. */
export async function runWorker({ engine, ...given }: WorkerGiven): Promise<void> {
  const [{ Worker }, { nats }, { realClock, realRandom }] = await Promise.all([
    import('../cluster/worker/worker.ts'),
    import('../nats/index.ts'),
    import('../time/real-clock.ts'),
  ])
  const { stdout, stderr } = process
  // Whoever has read it may be gone: what runs here goes on.
  for (const stream of [stdout, stderr]) stream.removeAllListeners('error').on('error', () => {})
  const log = (message: string): void => void stderr.write(`worker: ${message}\n`)
  const worker = await Worker.start({
    ...given,
    engine: nats(engine),
    clock: realClock,
    random: realRandom,
    out: (text) => void stdout.write(text),
    err: (text) => void stderr.write(text),
    log,
  })
  const slots = given.slots === 1 ? 'one slot' : `${given.slots} slots`
  stdout.write(`Worker ${worker.id} is ready: ${slots}, at ${engine}\n`)
  await new Promise<void>((resolve) => {
    onInterrupt((times) => {
      if (times === 1) return void worker.drain().then(resolve)
      log('ends at once')
      worker.kill()
      process.exit(exitCodes.interrupted)
    })
  })
  // Whatever a library may still hold open: a worker that has let go of everything is gone.
  stdout.write('', () => process.exit(exitCodes.done))
}
