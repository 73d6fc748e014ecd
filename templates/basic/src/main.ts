// Reads an access log and tells how often each path was asked for, and how often that failed.
//
//   millrace run src/main.ts        as fast as it can
//   millrace run src/main.ts 20     twenty lines a second, as if they came in live

import process from 'node:process'
import { LocalEnvironment } from 'millrace'
import { readLines } from 'millrace/files'
import { traffic } from './pipeline.ts'

const pace = Number(process.argv[2] ?? 0)

// At a slow pace few lines are to be under way, as a job that is stopped has to see to them first.
const env = new LocalEnvironment('{{name}}', pace > 0 ? { chunkSize: 4 } : {})

const log = env.fromSource(readLines(new URL('data/access.log', import.meta.url)), { name: 'access log' })
const lines = pace > 0 ? log.throttle({ count: 1, interval: 1000 / pace }) : log

traffic(lines).sink(
  ({ from, path, requests, failed }) =>
    console.log(`${from.slice(11, 16)}  ${path.padEnd(10)} ${requests} requests, ${failed} failed`),
  { name: 'print' },
)
env.deadLetters<string>().sink(({ record, error }) => console.error(`left out: ${record} (${String(error)})`))

await env.submit({ autostop: true })
