import { fileURLToPath } from 'node:url'
import { setTimeout as delay } from 'node:timers/promises'
import { nats } from '../../../src/nats/index.ts'
import { startNats, type NatsServers } from '../../support/nats/start-nats.ts'
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
}

export type Misfortune =
  'kill worker' | 'kill slot' | 'freeze worker' | 'kill leading server' | 'freeze server' | 'kill two servers'

export interface ChaosOutcome {
  readonly status: string
  readonly isExact: boolean
  readonly found: unknown
  readonly wanted: unknown
  /** What is left in the servers of the job: streams and records. */
  readonly left: readonly string[]
  readonly met: readonly Misfortune[]
}

const program = fileURLToPath(new URL('program.ts', import.meta.url))
const main = fileURLToPath(new URL('../../../src/cli/main.ts', import.meta.url))

/** Milliseconds for which something is away or frozen: longer than a lease. */
const AWAY = 6_000

/** Runs a job on real servers and workers which meet with one misfortune after the other until it is over. */
export async function runChaos(context: TestContext, options: ChaosOptions): Promise<ChaosOutcome> {
  const { seed, nodes, workers: count, records, pause, every, misfortunes, most, say = () => {} } = options
  const random = mulberry32(seed)
  const servers = await startNats(context, { nodes })
  const begin = (): TestProcess => new TestProcess([main, 'worker', '--engine', servers.address], context)
  const workers = Array.from({ length: count }, begin)
  await Promise.all(workers.map((worker) => worker.says('is ready')))
  const job = new TestProcess([program, servers.address, String(records), String(pause)], context)
  let isOver = false
  const ended = job.ended.finally(() => (isOver = true))
  const met: Misfortune[] = []
  while (!isOver && met.length < most) {
    await Promise.race([ended, delay(every * (0.5 + random()))])
    if (isOver) break
    const misfortune = misfortunes[Math.floor(random() * misfortunes.length)]!
    met.push(misfortune)
    const which = Math.floor(random() * workers.length)
    say(`${misfortune}${misfortune.includes('server') ? '' : ` ${which}`}`)
    await meet(misfortune, { servers, workers, which, begin, random })
  }
  const { code } = await ended
  const lines = job.out.trim().split('\n')
  if (code !== 0) throw new Error(`The job's program ended with ${code}:\n${job.out}\n${job.err}`)
  const { status, isExact, found, wanted } = JSON.parse(lines.at(-1)!) as ChaosOutcome
  return { status, isExact, found, wanted, left: await leftOf(servers), met }
}

interface Scene {
  readonly servers: NatsServers
  readonly workers: TestProcess[]
  readonly which: number
  readonly begin: () => TestProcess
  readonly random: () => number
}

async function meet(
  misfortune: Misfortune,
  { servers, workers, which, begin, random }: Scene,
): Promise<void> {
  const worker = workers[which]!
  switch (misfortune) {
    case 'kill worker':
      worker.signal('SIGKILL')
      workers[which] = begin()
      await workers[which].says('is ready')
      return
    case 'kill slot': {
      const [slot] = worker.children
      if (slot !== undefined) signalTo(slot, 'SIGKILL')
      return
    }
    case 'freeze worker': {
      const all = worker.children
      worker.signal('SIGSTOP')
      for (const child of all) signalTo(child, 'SIGSTOP')
      await delay(AWAY)
      for (const child of all) signalTo(child, 'SIGCONT')
      worker.signal('SIGCONT')
      return
    }
    case 'kill leading server': {
      const node = servers.nodes[Math.floor(random() * servers.nodes.length)]!
      await node.kill()
      await delay(AWAY / 3)
      await node.start()
      return
    }
    case 'freeze server': {
      const node = servers.nodes[Math.floor(random() * servers.nodes.length)]!
      node.freeze()
      await delay(AWAY)
      node.resume()
      return
    }
    case 'kill two servers': {
      const two = servers.nodes.slice(0, 2)
      await Promise.all(two.map((node) => node.kill()))
      await delay(AWAY / 3)
      await Promise.all(two.map((node) => node.start()))
    }
  }
}

/** It may be gone already. */
function signalTo(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal)
  } catch {
    // Its job has ended.
  }
}

async function leftOf(servers: NatsServers): Promise<readonly string[]> {
  const connection = await nats(servers.address).connect('test')
  try {
    const records = await connection.records.list('jobs')
    const client = await servers.client()
    const answer = await client.request('$JS.API.STREAM.NAMES', '', { timeout: 10_000 })
    const { streams } = answer.json<{ streams: readonly string[] | null }>()
    const logs = (streams ?? []).filter((name) => name.includes('_job_'))
    return [...records.map(({ key }) => key), ...logs]
  } finally {
    await connection.close()
  }
}

/** Tommy Ettinger's generator: from 0 up to 1, the same for the same seed. */
function mulberry32(seed: number): () => number {
  let state = seed | 0
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296
  }
}
