import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync, readdirSync } from 'node:fs'
import process from 'node:process'
import { fileURLToPath } from 'node:url'
import type { EngineConnection } from '../../src/cluster/engine/cluster-engine.ts'
import { parseJobKey } from '../../src/cluster/protocol/job-keys.ts'
import { askLeader } from '../../src/cluster/submit/job-records.ts'
import { nats } from '../../src/nats/index.ts'
import { startNats } from '../support/nats/start-nats.ts'
import type { TestContext } from '../support/suite.ts'

const pathOf = (file: string): string => fileURLToPath(new URL(file, import.meta.url))
const main = pathOf('../../src/cli/main.ts')
const program = pathOf('fixtures/program.ts')
const tsx = import.meta.resolve('tsx')

/** A process that was started for a test, and what it has written. */
export class TestProcess {
  out = ''
  err = ''
  readonly ended: Promise<{ readonly code: number | null; readonly signal: string | null }>
  readonly #child: ChildProcess
  readonly #listeners = new Set<() => void>()

  /** @param through what stands in front of a command that is to run elsewhere */
  constructor(
    args: readonly string[],
    { cleanup }: Pick<TestContext, 'cleanup'>,
    through: readonly string[] = [],
  ) {
    const [command, ...rest] = [...through, process.execPath, '--import', tsx, ...args]
    this.#child = spawn(command!, rest, { stdio: ['ignore', 'pipe', 'pipe'] })
    this.#child.stdout!.setEncoding('utf8').on('data', (text: string) => {
      this.out += text
      for (const look of this.#listeners) look()
    })
    this.#child.stderr!.setEncoding('utf8').on('data', (text: string) => {
      this.err += text
      for (const look of this.#listeners) look()
    })
    this.ended = once(this.#child, 'close').then(([code, signal]) => {
      for (const look of this.#listeners) look()
      return { code: code as number | null, signal: signal as string | null }
    })
    cleanup(async () => {
      this.signal('SIGKILL')
      await this.ended
    })
  }

  get pid(): number {
    return this.#child.pid!
  }

  get isOver(): boolean {
    return this.#child.exitCode !== null || this.#child.signalCode !== null
  }

  signal(signal: NodeJS.Signals): void {
    this.#child.kill(signal)
  }

  /** Resolves when it has written this. */
  async says(text: string): Promise<void> {
    while (!`${this.out}${this.err}`.includes(text)) {
      if (this.isOver) throw new Error(`It has ended, and has not said '${text}':\n${this.out}\n${this.err}`)
      await new Promise<void>((resolve) => this.#listeners.add(resolve))
    }
  }

  /** Processes that it has started. */
  get children(): readonly number[] {
    return childrenOf(this.#child.pid!)
  }
}

function childrenOf(parent: number): readonly number[] {
  return readdirSync('/proc').flatMap((name) => {
    try {
      const [, rest = ''] = readFileSync(`/proc/${name}/stat`, 'utf8').split(') ')
      return Number(rest.split(' ')[1]) === parent ? [Number(name)] : []
    } catch {
      return []
    }
  })
}

/** A cluster of real processes. */
export class TestCluster {
  readonly address: string
  readonly connection: EngineConnection
  readonly #context: TestContext

  private constructor(address: string, connection: EngineConnection, context: TestContext) {
    this.address = address
    this.connection = connection
    this.#context = context
  }

  static async start(context: TestContext): Promise<TestCluster> {
    const { address } = await startNats(context)
    const connection = await nats(address).connect('test')
    context.cleanup(() => connection.close())
    return new TestCluster(address, connection, context)
  }

  /** Resolves when it is ready. */
  async worker(slots = 1): Promise<TestProcess> {
    const worker = new TestProcess(
      [main, 'worker', '--engine', this.address, '--slots', String(slots)],
      this.#context,
    )
    await worker.says('is ready')
    return worker
  }

  submit(mode: string, size = 100): TestProcess {
    return new TestProcess([program, this.address, mode, String(size)], this.#context)
  }

  /** What a program has printed at its end. */
  async outcome(submitted: TestProcess): Promise<Record<string, unknown>> {
    const { code } = await submitted.ended
    if (code !== 0) throw new Error(`The program ended with ${code}:\n${submitted.out}\n${submitted.err}`)
    return JSON.parse(submitted.out.trim().split('\n').at(-1)!) as Record<string, unknown>
  }

  /** Keys of what is written of jobs. */
  async left(): Promise<readonly string[]> {
    return (await this.connection.records.list('jobs')).map(({ key }) => key)
  }

  /** Resolves when the leader has heard that operators of the one job have taken in so many records. */
  async counted(records: number): Promise<void> {
    for (;;) {
      this.#context.signal.throwIfAborted()
      const [key] = await this.left()
      const answer = key && (await askLeader(this.connection, parseJobKey(key)!.job).catch(() => null))
      const reports = (answer || null)?.regions?.flatMap(({ report }) => report?.operators ?? []) ?? []
      if (reports.reduce((sum, { book }) => sum + (book['in'] ?? 0), 0) >= records) return
      await new Promise((resolve) => setTimeout(resolve, 50))
    }
  }
}

/** Of `size` records. */
export function expectedCounts(size: number): readonly (readonly [string, number])[] {
  return ['ape', 'bee', 'cat', 'dog', 'eel'].map(
    (word, i) => [`a ${word}`, Math.ceil((size - i) / 5)] as const,
  )
}
