// Reads a CSV file and writes JSON Lines, with checkpoints: killed at any moment and started again, it goes on where it
// was, and every record is in the output once.
//
//   node --import tsx examples/csv-to-jsonl.ts

import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { readCsv, writeJsonLines } from '../src/connectors/files/index.ts'
import { FileCheckpointStore, LocalEnvironment } from '../src/index.ts'

interface Row {
  readonly station: string
  readonly day: string
  readonly celsius: string
}

const input = new URL('data/temperatures.csv', import.meta.url)
const folder = await mkdtemp(join(tmpdir(), 'csv-to-jsonl-'))
const output = join(folder, 'warm-days.jsonl')

const env = new LocalEnvironment('csv-to-jsonl', {
  checkpoints: { store: new FileCheckpointStore(join(folder, 'checkpoints')), interval: 1_000 },
})

env
  .fromSource(readCsv<Row>(input, { onBadLine: ({ line }) => console.log(`line ${line} is left out`) }))
  .map(({ station, day, celsius }) => ({ station, day, celsius: Number(celsius) }))
  .filter(({ celsius }) => celsius >= 20)
  .sink(writeJsonLines(output))

await env.submit({ autostop: true, resume: 'latest' })

console.log((await readFile(output, 'utf8')).trimEnd())
await rm(folder, { recursive: true })
