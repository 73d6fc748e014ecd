import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import process from 'node:process'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { buildSync } from 'esbuild'
import { graphHash } from '../../../src/graph/graph-hash.ts'
import type { JobOutcome, Order, Report, RunOrder } from '../../../src/jobs/process/messages.ts'
import { readCollected } from '../../../src/protocol/collected-frames.ts'
import type { WireError } from '../../../src/protocol/wire-error.ts'
import type { TestContext } from '../../support/suite.ts'
import { recordedGraph } from './recorded-graph.ts'

const here = (path: string): string => fileURLToPath(new URL(path, import.meta.url))

/** What was bundled, by entry: code and source map. */
const bundles = new Map<string, readonly [Uint8Array, Uint8Array]>()

/**
 * One program with the whole library in it, as it is sent to servers: sources are named as they are here. It is bundled
 * once, and its file must always have the same name.
 */
export const bundle = (entry: string, outfile: string): void => {
  const [map, code] = bundles.get(entry) ?? bundled(entry, outfile)
  bundles.set(entry, [map, code])
  writeFileSync(outfile, code)
  writeFileSync(`${outfile}.map`, map)
}

const bundled = (entry: string, outfile: string): readonly [Uint8Array, Uint8Array] => {
  const { outputFiles } = buildSync({
    entryPoints: [entry],
    outfile,
    write: false,
    bundle: true,
    platform: 'node',
    format: 'esm',
    target: 'node20',
    sourcemap: true,
    sourceRoot: `${pathToFileURL(dirname(outfile)).href}/`,
    logLevel: 'error',
  })
  const [map, code] = outputFiles
  return [map!.contents, code!.contents]
}

export interface Ended {
  readonly code: number | null
  readonly signal: NodeJS.Signals | null
  readonly outcome: JobOutcome | undefined
  readonly stdout: string
  readonly stderr: string
}

/** What is other than usual in an order. */
export type OrderChanges = Partial<Omit<RunOrder, 'program'>> & {
  readonly program?: Partial<RunOrder['program']>
}

/** The line of a program on which this stands. */
export const lineOf = (program: string, text: string): number => {
  const lines = readFileSync(here(`programs/${program}.ts`), 'utf8').split('\n')
  return lines.findIndex((line) => line.includes(text)) + 1
}

/** The file of a program, as its sites name it. */
export const fileOf = (program: string): string => here(`programs/${program}.ts`)

let main: string | undefined

/** The process of a job, as a server forks it, with a folder of its own. Gone with the test. */
export class ForkedJob {
  readonly folder = mkdtempSync(join(tmpdir(), 'millrace-job-'))
  readonly results: string = join(this.folder, 'results')
  readonly reports: Report[] = []
  readonly #context: TestContext
  readonly #work = join(this.folder, 'work')
  #child: ChildProcess | undefined
  #ended: Promise<Ended> | undefined
  #over = false
  #changed: () => void = () => {}

  constructor(context: TestContext) {
    this.#context = context
    mkdirSync(this.#work)
    context.cleanup(async () => {
      this.#child?.kill('SIGKILL')
      await this.#ended
      rmSync(this.folder, { recursive: true })
    })
  }

  /** Runs a program of `programs/` as a server does that a client has sent it to. */
  async submit(
    program: string,
    { program: more = {}, ...order }: OrderChanges = {},
    env: Record<string, string> = {},
  ): Promise<this> {
    const entry = this.#bundled(program)
    const graph = await recordedGraph(entry, more.ordinal ?? 0)
    this.write('graph.json', JSON.stringify(graph))
    return this.#start(
      entry,
      { ...order, program: { graphHash: graphHash(graph), graph: 'graph.json', ...more } },
      env,
    )
  }

  /** Runs a program of `programs/` that never comes to its submit where it was sent from. */
  run(program: string, order: OrderChanges = {}, env: Record<string, string> = {}): this {
    return this.#start(this.#bundled(program), order, env)
  }

  #bundled(program: string): string {
    const entry = join(this.#work, 'program.mjs')
    bundle(here(`programs/${program}.ts`), entry)
    return entry
  }

  write(path: string, text: string | Uint8Array): void {
    writeFileSync(join(this.#work, path), text)
  }

  #start(entry: string, { program, ...changes }: OrderChanges, env: Record<string, string>): this {
    main ??= bundledMain()
    const child = fork(main, [], {
      cwd: this.#work,
      env: { PATH: process.env['PATH'], ...env },
      execArgv: ['--enable-source-maps'],
      stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
    })
    this.#child = child
    this.#over = false
    let stdout = ''
    let stderr = ''
    child.stdout!.on('data', (bytes: Buffer) => (stdout += bytes.toString()))
    child.stderr!.on('data', (bytes: Buffer) => (stderr += bytes.toString()))
    child.on('message', (report) => {
      this.reports.push(report as Report)
      this.#changed()
    })
    const kill = (): void => void child.kill('SIGKILL')
    this.#context.signal.addEventListener('abort', kill, { once: true })
    // Of a process that was disconnected there is no event `close`.
    const all = [once(child, 'exit'), once(child.stdout!, 'close'), once(child.stderr!, 'close')]
    this.#ended = Promise.all(all).then(() => {
      this.#context.signal.removeEventListener('abort', kill)
      this.#over = true
      this.#changed()
      return { code: child.exitCode, signal: child.signalCode, outcome: this.outcome(), stdout, stderr }
    })
    const order: RunOrder = {
      type: 'run',
      job: 'j1',
      name: 'job',
      entry,
      folder: this.#work,
      program: { ordinal: 0, graphHash: '', argv: [], earlier: [], ...program },
      secrets: [],
      autostop: true,
      checkpoints: join(this.folder, 'checkpoints'),
      resume: null,
      allowDroppedState: false,
      results: this.results,
      heartbeat: 20,
      loadTimeout: 10_000,
      orphanTimeout: 5_000,
      ...changes,
    }
    child.send(order)
    return this
  }

  order(order: Order): void {
    this.#child!.send(order)
  }

  kill(signal: NodeJS.Signals): void {
    this.#child!.kill(signal)
  }

  /** As when the server dies: nobody hears what the process says any more. */
  abandon(): void {
    const { stdout, stderr } = this.#child!
    this.#child!.disconnect()
    stdout!.destroy()
    stderr!.destroy()
  }

  /** The first report that is like this one. Rejects when the process ends without. */
  async report<T extends Report['type']>(
    type: T,
    like: (report: Extract<Report, { type: T }>) => boolean = () => true,
  ): Promise<Extract<Report, { type: T }>> {
    for (;;) {
      const found = this.reports.find((report) => report.type === type && like(report as never))
      if (found !== undefined) return found as never
      if (this.#over) throw new Error(`it ended without the report: ${JSON.stringify(await this.#ended)}`)
      await new Promise<void>((resolve) => (this.#changed = resolve))
    }
  }

  ended(): Promise<Ended> {
    return this.#ended!
  }

  outcome(): JobOutcome | undefined {
    return this.#json('outcome.json') as JobOutcome | undefined
  }

  lastWords(): WireError | undefined {
    return this.#json('last-words.json') as WireError | undefined
  }

  async collected(node: string): Promise<unknown[]> {
    const values: unknown[] = []
    const bytes = readFileSync(join(this.results, 'collected', node))
    for await (const frame of readCollected([bytes])) values.push(...frame)
    return values
  }

  #json(name: string): unknown {
    const file = join(this.results, name)
    return existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')) : undefined
  }
}

const bundledMain = (): string => {
  const folder = mkdtempSync(join(tmpdir(), 'millrace-main-'))
  process.once('exit', () => rmSync(folder, { recursive: true }))
  const outfile = join(folder, 'main.mjs')
  bundle(here('../../../src/jobs/process/main.ts'), outfile)
  return outfile
}
