import {
  type Collected,
  insideJob,
  RemoteEnvironment,
  type RemoteEnvironmentOptions,
} from '../../../src/index.ts'

/** Counts up to `COUNT`, a little every few milliseconds, and sums it up. */
export function ticking(options: RemoteEnvironmentOptions = {}): {
  readonly env: RemoteEnvironment
  readonly sums: Collected<number>
} {
  const env = new RemoteEnvironment('ticking', {
    checkpoints: { interval: 50 },
    ...options,
    entry: import.meta.url,
  })
  const count = Number(process.env['COUNT'] ?? 1_000_000)
  const summed = env
    .fromInterval(5, { count })
    .scan((sum, n) => sum + n, 0, { name: 'sum' })
    .tap((sum) => console.log(`sum ${sum}`))
  summed.keyBy((sum) => sum % 2).sink(() => {}, { name: 'by parity', parallelism: 2 })
  const sums = summed.collect()
  return { env, sums }
}

if (insideJob()) await ticking().env.submit({ autostop: true })
