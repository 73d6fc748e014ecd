// Dead letters and replay: records that an operator gave up on are a stream of their own. Those that failed for a
// passing reason are sent round again, the others are set aside; none is lost.
//
//   node --import tsx examples/dead-letters.ts

import { LocalEnvironment } from '../src/index.ts'

interface Payment {
  readonly id: string
  readonly amount: number
}

/** A bank that is busy at first, and never accepts nonsense. */
class Bank {
  readonly #asked = new Map<string, number>()

  pay({ id, amount }: Payment): string {
    if (amount <= 0) throw new RangeError(`${amount} cannot be paid`)
    const asked = (this.#asked.get(id) ?? 0) + 1
    this.#asked.set(id, asked)
    if (amount > 100 && asked < 3) throw new Error('busy, come back later')
    return `${id} paid at attempt ${asked}`
  }
}

const env = new LocalEnvironment('dead-letters').registerService('bank', Bank)
const replay = env.fromFuture<Payment>('replay')

env
  .fromBatch([
    { id: 'rent', amount: 900 },
    { id: 'bread', amount: 4 },
    { id: 'refund', amount: -5 },
  ])
  .union(replay)
  .map((payment, ctx) => ctx.service('bank').pay(payment), { name: 'pay', onError: 'dead-letter' })
  .sink((receipt) => console.log(receipt))

const letters = env.deadLetters<Payment>()

letters
  .filter(({ error }) => !(error instanceof RangeError))
  .map(({ record }) => record)
  .fillFuture(replay)

letters
  .filter(({ error }) => error instanceof RangeError)
  .sink(({ record, operator, error }) =>
    console.log(`${record.id} set aside: ${operator}: ${(error as Error).message}`),
  )

const { nodes } = await env.submit({ autostop: true })

const pay = nodes.find(({ name }) => name === 'pay')!
console.log(`pay: in ${pay.in} = handled ${pay.handled} + dead-lettered ${pay.deadLettered}`)
