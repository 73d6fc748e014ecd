import {
  type Collected,
  insideJob,
  RemoteEnvironment,
  type RemoteEnvironmentOptions,
} from '../../../src/index.ts'

class Rates {
  toEuro(amount: number): number {
    return amount / 2
  }

  async stop(): Promise<void> {
    console.log('rates: stopped')
  }

  async cleanup(): Promise<void> {
    await new Promise((resolve) => setImmediate(resolve))
    console.log('rates: cleaned up')
  }
}

export function rates(options: RemoteEnvironmentOptions = {}): {
  readonly env: RemoteEnvironment<{ rates: Rates }>
  readonly seen: Collected<number>
} {
  const env = new RemoteEnvironment('rates', { ...options, entry: import.meta.url }).registerService(
    'rates',
    Rates,
  )
  const seen = env
    .fromBatch([100, 40, 6])
    .map(async (amount, ctx) => ctx.service('rates').toEuro(amount), { name: 'convert' })
    .tap((euro) => console.log(`${euro} EUR`))
    .collect()
  return { env, seen }
}

if (insideJob()) await rates().env.submit({ autostop: true })
