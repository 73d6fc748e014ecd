import { mkdtempSync, readdirSync, readFileSync, realpathSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { firstValueFrom, type Observable, filter as where } from 'rxjs'
import * as assert from 'uvu/assert'
import { JobManagerClient, type LogLine } from '../../../../src/client/index.ts'
import type { RemoteEnvironment, RemoteEnvironmentOptions } from '../../../../src/index.ts'
import { startJobManager, type StartJobManagerOptions } from '../../../../src/jobs/index.ts'
import type { JobManager } from '../../../../src/jobs/job-manager.ts'
import { readCollected } from '../../../../src/protocol/collected-frames.ts'
import type { TestContext } from '../../../support/suite.ts'
import { faultsOf } from './database.ts'
import { Gates } from './gates.ts'
import { processesIn, temporaryFiles, zombies } from './leftovers.ts'

/** A folder that is gone after the test. */
export function temporary({ cleanup }: Pick<TestContext, 'cleanup'>): string {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), 'millrace-jobs-')))
  cleanup(() => rmSync(folder, { recursive: true, force: true, maxRetries: 5, retryDelay: 100 }))
  return folder
}

/** Nothing is left of a server that is closed, and what it has written is in order. */
export function assertNothingLeft(data: string): void {
  assert.equal(processesIn(data), [], 'a process is left over')
  assert.equal(zombies(), [], 'nobody has looked after a child')
  assert.equal(temporaryFiles(data), [], 'a temporary file is left over')
  assert.equal(faultsOf(data), [])
}

/** The lines in all files of a folder, sorted. */
export function linesIn(folder: string): readonly string[] {
  return readdirSync(folder)
    .filter((name) => !name.startsWith('.'))
    .flatMap((name) => readFileSync(join(folder, name), 'utf8').split('\n'))
    .filter((line) => line !== '')
    .sort()
}

/** The file of a program. */
export const program = (name: string): URL => new URL(`../programs/${name}.ts`, import.meta.url)

/** Options of an environment whose program is of `programs/`, and is run on the server with these arguments. */
export const programOptions = (
  name: string,
  ...args: readonly object[]
): Pick<RemoteEnvironmentOptions, 'entry' | 'argv'> => ({
  entry: program(name),
  argv: args.map((arg) => JSON.stringify(arg)),
})

/** Resolves when it is that; rejects when it ends without. */
export const reaches = <T>(values: Observable<T>, wanted: (value: T) => boolean): Promise<T> =>
  firstValueFrom(values.pipe(where(wanted)))

/** The numbers of lines such as `line 7`, in order. */
export const numbersIn = (lines: readonly LogLine[], word: string): readonly number[] =>
  lines.flatMap(({ stream, text }) =>
    stream === 'stdout' && text.startsWith(`${word} `) ? [Number(text.slice(word.length))] : [],
  )

/** A server in this process, gates for its jobs, and a client. After the test all is over, and nothing is left. */
export class Scene {
  readonly folder: string
  readonly data: string
  readonly url: string
  readonly port: number
  readonly manager: JobManager
  readonly gates: Gates
  readonly client: JobManagerClient

  private constructor(
    folder: string,
    { url, port, manager }: { readonly url: string; readonly port: number; readonly manager: JobManager },
    gates: Gates,
  ) {
    this.folder = folder
    this.data = join(folder, 'data')
    this.url = url
    this.port = port
    this.manager = manager
    this.gates = gates
    this.client = new JobManagerClient({ url })
  }

  static async open(context: TestContext, options: StartJobManagerOptions = {}): Promise<Scene> {
    const folder = temporary(context)
    const gates = await Gates.open(context)
    const data = join(folder, 'data')
    const server = await startJobManager({ data, port: 0, ...options })
    const scene = new Scene(folder, server, gates)
    context.cleanup(async () => {
      await scene.client.close()
      await server.close({ drain: false })
      assertNothingLeft(data)
    })
    return scene
  }

  /** `queued running completed` */
  path(id: string): string {
    const { items } = this.manager.transitions(id, { limit: 200 })
    return items.map(({ to }) => to).join(' ')
  }

  /** The numbers that a job has printed with this word in front, in order. */
  printed(id: string, word: string): readonly number[] {
    return numbersIn(this.manager.logs(id, 0, 1_000_000).lines, word)
  }

  /** What the last operator of a job's program has collected. */
  async collected(id: string, { graph }: Pick<RemoteEnvironment, 'graph'>): Promise<readonly unknown[]> {
    const bytes = await this.client.jobs.collected(id, graph.nodes.at(-1)!.id)
    const values: unknown[] = []
    for await (const frame of readCollected([bytes])) for (const value of frame) values.push(value)
    return values
  }
}
