// A pipeline with a service, run by a job server: when `submit` resolves, the service has been taken down there, and what
// `collect()` received is here.
//
//   node --import tsx examples/remote.ts                       with a server of its own
//   MILLRACE_PORT=19001 node --import tsx examples/remote.ts   with one that `millrace jobmanager start` has started

import { RemoteEnvironment } from '../src/index.ts'
import { exampleServer } from './server/example-server.ts'

class Rates {
  readonly #rates = new Map([
    ['EUR', 1],
    ['USD', 1.25],
    ['JPY', 160],
  ])

  toEuro(amount: number, currency: string): number {
    const rate = this.#rates.get(currency)
    if (rate === undefined) throw new RangeError(`there is no rate for ${currency}`)
    return amount / rate
  }

  cleanup(): void {
    console.log('rates: cleaned up')
  }
}

const server = await exampleServer()
const env = new RemoteEnvironment('prices', {
  port: server.port,
  logs: ({ stream, text }) => {
    if (stream === 'stdout') console.log(`on the server: ${text}`)
  },
}).registerService('rates', Rates)

const prices = env
  .fromBatch([
    { amount: 100, currency: 'USD' },
    { amount: 800, currency: 'JPY' },
    { amount: 7, currency: 'EUR' },
  ])
  .map(async ({ amount, currency }, ctx) => ctx.service('rates').toEuro(amount, currency))
  .tap((euro) => console.log(`${euro} EUR`))
  .collect()

const { status, services } = await env.submit({ autostop: true })
console.log('here:', status, prices.values)
console.log('here:', services)
await server.close()
