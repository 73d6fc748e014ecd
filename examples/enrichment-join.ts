// Orders with the exchange rate that was valid at their time, although both come out of order.
//
//   node --import tsx examples/enrichment-join.ts

import { boundedOutOfOrderness, LocalEnvironment } from '../src/index.ts'

interface Order {
  readonly id: string
  readonly currency: string
  readonly amount: number
  readonly at: string
}
interface Rate {
  readonly currency: string
  readonly perEuro: number
  readonly at: string
}

const today = (time: string): Date => new Date(`2026-03-02T${time}:00Z`)

const env = new LocalEnvironment('enrichment')

const rates = env
  .fromBatch<Rate>([
    { currency: 'USD', perEuro: 1.08, at: '09:00' },
    { currency: 'JPY', perEuro: 161, at: '09:00' },
    { currency: 'USD', perEuro: 1.1, at: '11:00' },
    { currency: 'USD', perEuro: 1.09, at: '10:00' },
    { currency: 'JPY', perEuro: 163, at: '12:00' },
  ])
  .assignTimestamps((rate) => today(rate.at), boundedOutOfOrderness(60 * 60_000))
  .keyBy((rate) => rate.currency)

const orders = env
  .fromBatch<Order>([
    { id: 'a', currency: 'USD', amount: 108, at: '09:30' },
    { id: 'b', currency: 'USD', amount: 110, at: '11:30' },
    { id: 'c', currency: 'JPY', amount: 16_100, at: '11:59' },
    { id: 'd', currency: 'USD', amount: 109, at: '10:59' },
    { id: 'e', currency: 'CHF', amount: 50, at: '12:00' },
    { id: 'f', currency: 'JPY', amount: 16_300, at: '12:00' },
  ])
  .assignTimestamps((order) => today(order.at), boundedOutOfOrderness(60 * 60_000))
  .keyBy((order) => order.currency)

// An order waits until no earlier rate can come, then meets the last one at or before its own time.
orders
  .temporalJoin(
    rates,
    ({ id, amount, currency }, rate) =>
      rate === undefined
        ? `${id}: no rate for ${currency}`
        : `${id}: ${(amount / rate.perEuro).toFixed(2)} EUR at ${rate.perEuro} of ${rate.at}`,
    { type: 'left' },
  )
  .print()

await env.submit({ autostop: true })
