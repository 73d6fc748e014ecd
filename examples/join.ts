// Joins of two streams by key: inner, left and full.
//
//   node --import tsx examples/join.ts

import { LocalEnvironment } from '../src/index.ts'

const env = new LocalEnvironment('join')

const orders = env
  .fromBatch([
    { id: 1, customer: 'ada', item: 'lamp' },
    { id: 2, customer: 'ben', item: 'desk' },
    { id: 3, customer: 'ada', item: 'chair' },
  ])
  .keyBy((order) => order.customer)

const customers = env
  .fromBatch([
    { name: 'ada', city: 'Turin' },
    { name: 'cleo', city: 'Cairo' },
  ])
  .keyBy((customer) => customer.name)

// Pairs only.
const inner = orders.join(customers, (order, customer) => `${order.item} to ${customer.city}`).collect()

// Every order; the types say that the customer may be missing.
const left = orders
  .join(customers, (order, customer) => `${order.item} to ${customer?.city ?? 'an unknown place'}`, {
    type: 'left',
  })
  .collect()

// Both sides; the key is the third argument.
const full = orders
  .join(
    customers,
    (order, customer, key) => `${key}: ${order?.item ?? 'nothing'}, ${customer?.city ?? 'nowhere'}`,
    {
      type: 'full',
    },
  )
  .collect()

await env.submit({ autostop: true })

// Both inputs are read as they come, so the order of the pairs is not the order of the orders.
console.log('inner', inner.values.toSorted())
console.log('left', left.values.toSorted())
console.log('full', full.values.toSorted())
