// Validation by a schema: what passes is typed as the schema says, what does not is a dead letter with its reasons.
// Any library that implements Standard Schema will do: zod, valibot, arktype, ...
//
//   node --import tsx examples/schema.ts

import { z } from 'zod'
import { LocalEnvironment, SchemaError } from '../src/index.ts'

const Reading = z.object({
  sensor: z.string().min(1),
  celsius: z.coerce.number().min(-90).max(60),
})

const env = new LocalEnvironment('schema')

env
  .fromBatch([
    '{ "sensor": "roof", "celsius": "21.5" }',
    '{ "sensor": "cellar", "celsius": 12 }',
    '{ "sensor": "", "celsius": 4000 }',
    '{ "sensor": "attic" ',
  ])
  .map((line): unknown => JSON.parse(line), { name: 'parse', onError: 'dead-letter' })
  .validate(Reading, { name: 'reading', onError: 'dead-letter' })
  .sink(({ sensor, celsius }) => console.log(`${sensor} ${celsius.toFixed(1)} °C`))

env.deadLetters().sink(({ operator, error }) => {
  const reasons = error instanceof SchemaError ? error.issues.length : 1
  console.log(`refused by ${operator}, ${reasons} reason${reasons === 1 ? '' : 's'}`)
})

await env.submit({ autostop: true })
