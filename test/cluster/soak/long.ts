import process from 'node:process'
import { setTimeout as delay } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { provideServer } from '../../support/nats/find-server.ts'
import { startNats } from '../../support/nats/start-nats.ts'
import { TestProcess } from '../cluster-processes.ts'
import { memoryOf } from './memory-of.ts'

// One job on one server and two workers for an hour, or as long as it is told, and what they hold meanwhile: memory of the
// workers and the server, messages in the job's stream, and bytes of it on disk. npm run test:soak -- --minutes 60

const { values } = parseArgs({ options: { minutes: { type: 'string', default: '60' } } })
const pathOf = (file: string): string => fileURLToPath(new URL(file, import.meta.url))

/** What is measured in the first part of the run is not looked at: heaps grow into their limits. */
const WARM_UP = 0.4
/** Growth over the rest that is put up with, by a line through it, in megabytes and in messages. */
const MOST_MEGABYTES = 48
const MOST_MESSAGES = 500

interface Sample {
  readonly minute: number
  readonly workers: number
  readonly server: number
  readonly messages: number
  readonly stored: number
}

if (provideServer() === null) {
  console.error('test:soak needs a nats-server: name one with $NATS_SERVER')
  process.exit(1)
}
const ends: (() => unknown)[] = []
const context = { signal: new AbortController().signal, cleanup: (end: () => unknown) => void ends.push(end) }
const begun = Date.now()
const until = begun + Number(values.minutes) * 60_000
try {
  const servers = await startNats(context)
  const main = pathOf('../../../src/cli/main.ts')
  const workers = Array.from(
    { length: 2 },
    () => new TestProcess([main, 'worker', '--engine', servers.address], context),
  )
  await Promise.all(workers.map((worker) => worker.says('is ready')))
  const job = new TestProcess([pathOf('program.ts'), servers.address, String(until)], context)
  const client = await servers.client()
  const samples: Sample[] = []
  let isOver = false
  const ended = job.ended.finally(() => (isOver = true))
  while (!isOver) {
    await Promise.race([ended, delay(Math.min(10_000, (until - begun) / 30))])
    if (isOver || Date.now() > until) break
    const answer = await client.request('$JS.API.STREAM.LIST', '', { timeout: 10_000 })
    const { streams } = answer.json<{
      streams: readonly { config: { name: string }; state: { messages: number; bytes: number } }[] | null
    }>()
    const log = streams?.find(({ config }) => config.name.includes('_job_'))
    const sample = {
      minute: (Date.now() - begun) / 60_000,
      workers: workers.reduce((sum, { pid }) => sum + memoryOf(pid), 0),
      server: memoryOf(servers.nodes[0]!.pid),
      messages: log?.state.messages ?? 0,
      stored: (log?.state.bytes ?? 0) / 2 ** 20,
    }
    samples.push(sample)
    console.log(
      `${sample.minute.toFixed(1)} min: workers ${sample.workers.toFixed(0)} MB, server ${sample.server.toFixed(0)} MB, ` +
        `${sample.messages} messages of ${sample.stored.toFixed(1)} MB in the log`,
    )
  }
  const { code } = await ended
  const { status, out, counted } = JSON.parse(job.out.trim().split('\n').at(-1)!) as Record<string, unknown>
  console.log(
    `ended with ${code}: ${String(status)}, ${String(out)} records sent, ${String(counted)} counted`,
  )
  const late = samples.filter(({ minute }) => minute > Number(values.minutes) * WARM_UP)
  const growth = {
    workers: growthOf(late, ({ workers: held }) => held),
    server: growthOf(late, ({ server }) => server),
    messages: growthOf(late, ({ messages }) => messages),
  }
  console.log('growth after the warm-up:', growth)
  const isFlat =
    growth.workers < MOST_MEGABYTES && growth.server < MOST_MEGABYTES && growth.messages < MOST_MESSAGES
  const isExact = code === 0 && status === 'completed' && out === counted
  console.log(isFlat && isExact ? 'flat and exact' : 'NOT flat and exact')
  process.exitCode = isFlat && isExact ? 0 : 1
} finally {
  for (const end of ends.toReversed()) await end()
}

/** From the beginning to the end of a line through the samples (least squares). */
function growthOf(samples: readonly Sample[], of: (sample: Sample) => number): number {
  const mean = (values: readonly number[]): number =>
    values.reduce((sum, one) => sum + one, 0) / values.length
  const x = mean(samples.map(({ minute }) => minute))
  const y = mean(samples.map(of))
  const along = samples.reduce((sum, one) => sum + (one.minute - x) * (of(one) - y), 0)
  const across = samples.reduce((sum, { minute }) => sum + (minute - x) ** 2, 0)
  return (along / across) * (samples.at(-1)!.minute - samples[0]!.minute)
}
