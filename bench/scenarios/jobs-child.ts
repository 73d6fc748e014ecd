import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { filter, firstValueFrom, ReplaySubject } from 'rxjs'
import { JobManagerClient, type JobEvent, type JobStatus } from '../../src/client/index.ts'
import { graphHash } from '../../src/graph/graph-hash.ts'
import { submissionSchema } from '../../src/protocol/submission.ts'
import { bundleProgram } from '../../src/remote/bundle/bundle-program.ts'
import { uploadFiles } from '../../src/remote/upload-files.ts'
import { report } from '../report/channel.ts'
import { tinyJob } from './jobs-program.ts'
import { BenchServer } from './jobs-server.ts'

export interface JobsReport {
  /** From the call of submit until a client hears that the job runs, one job at a time. */
  readonly startMs: readonly number[]
  /** Of tiny jobs, submitted at once. */
  readonly jobsPerSecond: number
  /** From a transition until the last of all clients hears of it; in whole milliseconds each, as its time is. */
  readonly eventMs: readonly number[]
  readonly rssMb: number
  readonly heapMb: number
}

type JobTransitionEvent = Extract<JobEvent, { readonly type: 'job_status_changed' }>

const { values } = parseArgs({
  options: {
    kept: { type: 'string', default: '0' },
    clients: { type: 'string', default: '1' },
    starts: { type: 'string', default: '20' },
    jobs: { type: 'string', default: '50' },
  },
})

const bundle = await bundleProgram({
  entry: fileURLToPath(new URL('jobs-entry.js', import.meta.url)),
  ...{ external: [], packages: [], assets: [] },
})
const submission = submissionSchema.parse({
  name: 'tiny',
  program: {
    entry: bundle.entry,
    files: bundle.files.map(({ path, hash, size }) => ({ path, hash, size })),
    ordinal: 0,
    graphHash: graphHash(tinyJob().graph),
    millrace: '0.1.0',
  },
  autostop: true,
})

const measure = async (server: BenchServer): Promise<JobsReport> => {
  const client = new JobManagerClient({ url: server.url })
  await uploadFiles(client, bundle.files, { signal: new AbortController().signal })
  const others = Array.from({ length: Number(values.clients) - 1 }, () => client.events$().subscribe())
  const transitions = new ReplaySubject<JobTransitionEvent>(1000)
  let eventMs: number[] = []
  // From the first on, so that none can be missed while it connects.
  const listening = client.events$({ since: 0 }).subscribe((event) => {
    if (event.type !== 'job_status_changed') return
    eventMs.push(Math.max(0, Date.now() - Date.parse(event.at)))
    transitions.next(event)
  })
  const reaches = (id: string, status: JobStatus): Promise<unknown> =>
    firstValueFrom(transitions.pipe(filter(({ job, transition }) => job === id && transition.to === status)))
  // Once, so that everything is loaded, and everybody connected and up to date.
  await reaches((await client.jobs.submit(submission)).id, 'completed')
  eventMs = []
  const startMs: number[] = []
  for (let i = 0; i < Number(values.starts); i++) {
    const start = performance.now()
    const { id } = await client.jobs.submit(submission)
    await reaches(id, 'running')
    startMs.push(performance.now() - start)
    await reaches(id, 'completed')
  }
  const start = performance.now()
  const all = await Promise.all(
    Array.from({ length: Number(values.jobs) }, () => client.jobs.submit(submission)),
  )
  await Promise.all(all.map(({ id }) => client.waitForEnd(id)))
  const jobsPerSecond = (1000 * all.length) / (performance.now() - start)
  const metrics = await client.metrics()
  for (const subscription of [listening, ...others]) subscription.unsubscribe()
  await client.close()
  return {
    ...{ startMs, jobsPerSecond, eventMs },
    rssMb: valueIn(metrics, 'process_resident_memory_bytes') / 1e6,
    heapMb: valueIn(metrics, 'nodejs_heap_size_used_bytes') / 1e6,
  }
}

const valueIn = (metrics: string, name: string): number =>
  Number(new RegExp(`^\\S*${name} (\\S+)`, 'm').exec(metrics)?.[1])

const server = await BenchServer.start(Number(values.kept), submission)
try {
  report(await measure(server))
} finally {
  await server.stop()
}
