// A batch of numbers: `numbers.ts [count]`.
import process from 'node:process'
import { LocalEnvironment } from '../../../src/index.ts'

const [count = '3'] = process.argv.slice(2)
const env = new LocalEnvironment('numbers')
const odd = env
  .fromBatch(Array.from({ length: Number(count) }, (_, n) => n))
  .filter((n) => n % 2 === 1)
  .collect()
const { status } = await env.submit({ autostop: true })
console.log(JSON.stringify({ status, odd: odd.values }))
