import { setTimeout as delay } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import type { EngineConnection } from '../../../src/cluster/engine/cluster-engine.ts'
import { nats } from '../../../src/nats/index.ts'
import { seededRandom } from '../../../src/testing/seeded-random.ts'
import { type NatsServers, type ServerHost, startNats } from '../../support/nats/start-nats.ts'
import type { TestContext } from '../../support/suite.ts'
import { TestProcess } from '../cluster-processes.ts'

export interface ChaosOptions {
  /** The same seed meets with the same misfortunes, though not at the same records. */
  readonly seed: number
  /** Servers of NATS: 1 or 3. */
  readonly nodes: number
  readonly workers: number
  /** Records of each of two sources, and milliseconds of rest for every hundred of them. */
  readonly records: number
  readonly pause: number
  /** Milliseconds between two misfortunes, about. */
  readonly every: number
  readonly misfortunes: readonly Misfortune[]
  /** Misfortunes after which the job is left in peace. */
  readonly most: number
  readonly say?: (text: string) => void
  /** Where everything runs; default here. */
  readonly places?: Places
}

export interface Places {
  readonly servers: readonly ServerHost[]
  /** Of the servers, as workers and the submitter see them. */
  readonly address: string
  /** What stands in front of the command of each worker, and of the submitter. */
  readonly workers: readonly (readonly string[])[]
  readonly submitter: readonly string[]
}

/** Says what it does, and resolves when it is over. */
export type Misfortune = (scene: Scene) => Promise<void>

export interface Scene {
  readonly servers: NatsServers
  readonly workers: TestProcess[]
  /** Starts a worker in the place of one that is gone. */
  readonly begin: (which: number) => TestProcess
  readonly random: () => number
  readonly say: (text: string) => void
}

export interface ChaosOutcome {
  readonly status: string
  readonly isExact: boolean
  readonly found: unknown
  readonly wanted: unknown
  /** What is left in the servers of the job: streams and records. */
  readonly left: readonly string[]
  /** What happened meanwhile. */
  readonly met: readonly string[]
}

const program = fileURLToPath(new URL('program.ts', import.meta.url))
const main = fileURLToPath(new URL('../../../src/cli/main.ts', import.meta.url))

/** Milliseconds within which a job ends that is left in peace. */
const PATIENCE = 180_000

/** Runs a job on real servers and workers which meet with one misfortune after the other until it is over. */
export async function runChaos(context: TestContext, options: ChaosOptions): Promise<ChaosOutcome> {
  const { seed, nodes, workers: count, records, pause, every, misfortunes, most, places } = options
  const random = seededRandom(seed)
  const hosts = places && { hosts: places.servers }
  const servers = await startNats(context, { nodes, ...hosts })
  const address = places?.address ?? servers.address
  const begin = (which: number): TestProcess =>
    new TestProcess([main, 'worker', '--engine', address], context, places?.workers[which])
  const workers = Array.from({ length: count }, (_, which) => begin(which))
  await Promise.all(workers.map((worker) => worker.says('is ready')))
  const args = [program, address, String(records), String(pause)]
  const job = new TestProcess(args, context, places?.submitter)
  let isOver = false
  const ended = job.ended.finally(() => (isOver = true))
  const met: string[] = []
  const say = (text: string): void => {
    met.push(text)
    options.say?.(text)
  }
  const scene: Scene = { servers, workers, begin, random, say }
  const connection = await nats(servers.address).connect('test')
  context.cleanup(() => connection.close())
  // Submitting is refused where the servers are away for long.
  while (!isOver && (await connection.records.list('jobs')).length === 0) await delay(50)
  for (let times = 0; times < most; times++) {
    await Promise.race([ended, delay(every * (0.5 + random()))])
    if (isOver) break
    await misfortunes[Math.floor(random() * misfortunes.length)]!(scene)
  }
  const end = await Promise.race([ended, delay(PATIENCE, null, { ref: false })])
  if (end?.code !== 0) {
    const how = end === null ? 'does not end' : `ended with ${end.code}`
    const said = [job, ...workers].map(({ out, err }) => `${out}\n${err}`)
    throw new Error(`The job's program ${how}:\n${said.join('\n---\n')}`)
  }
  const { status, isExact, found, wanted } = JSON.parse(job.out.trim().split('\n').at(-1)!) as ChaosOutcome
  return { status, isExact, found, wanted, left: await leftOf(servers, connection), met }
}

async function leftOf(servers: NatsServers, { records }: EngineConnection): Promise<readonly string[]> {
  const kept = await records.list('jobs')
  const client = await servers.client()
  const answer = await client.request('$JS.API.STREAM.NAMES', '', { timeout: 10_000 })
  const { streams } = answer.json<{ streams: readonly string[] | null }>()
  const logs = (streams ?? []).filter((name) => name.includes('_job_'))
  return [...kept.map(({ key }) => key), ...logs]
}
