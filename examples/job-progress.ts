// What a job does that runs elsewhere: its provider gives the lines of its log, rules of our own say what they mean, and
// whoever asks with `Prefer: wait` is answered as soon as that is something else.
//
//   node --import tsx examples/job-progress.ts

import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { defaultStageRules, type JobProvider, type ObservedLine, startJobManager } from '../src/jobs/index.ts'

const lines: ObservedLine[] = [{ text: 'Loading the flock' }]

/** A place where one job runs. */
const farm: JobProvider = {
  name: 'farm',
  type: 'example',
  capabilities: { list: true, cancel: false, logs: true },
  list: async () => ({ jobs: [{ externalId: 'evening', status: 'running' }], next: null }),
  get: async (externalId) => ({ externalId, status: 'running' }),
  cancel: async () => {},
  logs: async (_, { after }) => lines.slice(after),
  close: async () => {},
}

const data = await mkdtemp(join(tmpdir(), 'millrace-example-'))
const server = await startJobManager({
  data,
  port: 0,
  providers: [farm],
  stageRules: [...defaultStageRules, { stage: 'Counting', words: ['sheep'], progress: true }],
})

await server.foreign.sync({ by: 'the example' })
const job = server.manager.list({ limit: 1 }).items[0]!
const url = `${server.url}/api/v1/jobs/${job.id}/inline-progress`

interface Inline {
  readonly stage: string | null
  readonly progress: number | null
  readonly last_log: string | null
}
const show = async (response: Response): Promise<void> => {
  const { stage, progress, last_log: line } = (await response.json()) as Inline
  console.log(`${response.status}: ${stage}, ${progress ?? '?'} %, "${line}"`)
}

const first = await fetch(url)
await show(first)
const etag = first.headers.get('etag') ?? ''

// Nothing new: no body either.
console.log((await fetch(url, { headers: { 'If-None-Match': etag } })).status)

const next = fetch(url, { headers: { 'If-None-Match': etag, Prefer: 'wait=30' } })
lines.push({ text: '\u001b[32mSheep 30/120\u001b[0m: Dolly' })
await show(await next)

await server.close()
await rm(data, { recursive: true })
