// Prints what random pipelines came to, as JSON, one line each: print-outcomes.ts SEED COUNT
import process from 'node:process'
import { codeGenerationAllowed } from '../../../src/runtime/task/generated-loop.ts'
import { outcomes } from './any-graph.ts'

const [seed, count] = process.argv.slice(2).map(Number) as [number, number]
console.log(JSON.stringify({ codeGenerationAllowed }))
for (const outcome of await outcomes(seed, count)) console.log(JSON.stringify(outcome))
