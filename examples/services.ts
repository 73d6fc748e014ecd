// Services: what operators call. The job starts them before the first record, in the order of registration, and with
// `autostop` takes them down after the last, in reverse; then `submit` returns and the process ends by itself.
//
//   node --import tsx examples/services.ts

import { LocalEnvironment, type ServiceContext } from '../src/index.ts'

class Rates {
  // At most two calls at once: others wait in line.
  static readonly concurrency = 2
  #rates = new Map<string, number>()

  async start(): Promise<void> {
    this.#rates = new Map(Object.entries({ EUR: 1, USD: 1.25, JPY: 160 }))
    console.log('rates: started')
  }

  async toEuro(amount: number, currency: string): Promise<number> {
    const rate = this.#rates.get(currency)
    if (rate === undefined) throw new RangeError(`there is no rate for ${currency}`)
    return amount / rate
  }

  stop(): void {
    console.log('rates: stopped')
  }

  cleanup(): void {
    this.#rates.clear()
    console.log('rates: cleaned up')
  }
}

/** Calls another service, which was registered before it, through the context it is given. */
class Invoices {
  #ctx!: ServiceContext<{ rates: Rates }>
  #number = 0

  setup(ctx: ServiceContext<{ rates: Rates }>): void {
    this.#ctx = ctx
    console.log('invoices: set up')
  }

  async issue(amount: number, currency: string): Promise<string> {
    const euro = await this.#ctx.service('rates').toEuro(amount, currency)
    return `invoice ${++this.#number}: ${euro.toFixed(2)} EUR`
  }

  stop(): void {
    console.log('invoices: stopped')
  }
}

const env = new LocalEnvironment('services')
  .registerService('rates', Rates)
  .registerService('invoices', Invoices)

env
  .fromBatch([
    { amount: 100, currency: 'USD' },
    { amount: 8000, currency: 'JPY' },
    { amount: 12.5, currency: 'EUR' },
  ])
  // `ctx.service` knows the names and the methods: a misspelt one does not compile.
  .map(({ amount, currency }, ctx) => ctx.service('invoices').issue(amount, currency), { concurrency: 4 })
  .print()

const { status, services } = await env.submit({ autostop: true })

console.log(status)
for (const { name, stopped, cleaned } of services) console.log({ name, stopped, cleaned })
