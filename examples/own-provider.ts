// Shows jobs of a system of one's own on a job server: here a folder in which another program keeps a file per job. The
// server finds them, asks for those that are active, and reads their logs.
//
//   node --import tsx examples/own-provider.ts

import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import {
  type JobProvider,
  type ListQuery,
  type LogQuery,
  type ObservedJob,
  type ObservedLine,
  type ObservedPage,
  ProviderAnswerError,
  type ProviderCall,
  ProviderCannotError,
  ProviderJobNotFoundError,
  startJobManager,
} from '../src/jobs/index.ts'

/** What the other program writes. */
interface Ticket {
  readonly title: string
  readonly state: 'open' | 'drawing' | 'done'
  readonly at: string
  readonly log: readonly string[]
}

const statuses = { open: 'queued', drawing: 'running', done: 'completed' } as const

/** Pictures that are drawn for tickets in a folder. Nobody can end them but who draws. */
class Studio implements JobProvider {
  readonly name = 'studio'
  readonly type = 'tickets'
  readonly capabilities = { list: true, cancel: false, logs: true }
  readonly #folder: string

  constructor(folder: string) {
    this.#folder = folder
  }

  async list({ cursor, limit }: ListQuery, call: ProviderCall): Promise<ObservedPage> {
    // Tickets are numbered: the newest have the highest names.
    const ids = (await readdir(this.#folder))
      .map((file) => file.replace('.json', ''))
      .sort()
      .reverse()
    const rest = ids.filter((id) => cursor === undefined || id < cursor)
    const jobs = await Promise.all(rest.slice(0, limit).map((id) => this.get(id, call)))
    return { jobs, next: rest.length > limit ? (jobs.at(-1)?.externalId ?? null) : null }
  }

  async get(externalId: string, { signal }: ProviderCall): Promise<ObservedJob> {
    const { title, state, at } = await this.#read(externalId, signal)
    const status = statuses[state] ?? null
    return { externalId, name: title, status, externalStatus: state, submittedAt: at }
  }

  cancel(): Promise<void> {
    const error = new ProviderCannotError('Who draws is not interrupted.', {
      provider: this.name,
      remedy: 'ask nicely',
    })
    return Promise.reject(error)
  }

  async logs(
    externalId: string,
    { after, limit }: LogQuery,
    { signal }: ProviderCall,
  ): Promise<readonly ObservedLine[]> {
    const { log } = await this.#read(externalId, signal)
    return log.slice(after, after + limit).map((text) => ({ text }))
  }

  async close(): Promise<void> {}

  async #read(externalId: string, signal: AbortSignal): Promise<Ticket> {
    const { name: provider } = this
    if (!/^\w+$/.test(externalId)) throw noTicket(provider, externalId)
    try {
      return JSON.parse(
        await readFile(join(this.#folder, `${externalId}.json`), { encoding: 'utf8', signal }),
      ) as Ticket
    } catch (cause) {
      signal.throwIfAborted()
      if ((cause as NodeJS.ErrnoException).code === 'ENOENT') throw noTicket(provider, externalId)
      throw new ProviderAnswerError(`Ticket ${externalId} cannot be read.`, { provider, cause })
    }
  }
}

const noTicket = (provider: string, externalId: string): ProviderJobNotFoundError =>
  new ProviderJobNotFoundError(`There is no ticket ${externalId}.`, { provider, externalId })

const home = await mkdtemp(join(tmpdir(), 'millrace-studio-'))
const folder = join(home, 'tickets')
await mkdir(folder)
const write = (id: string, ticket: Ticket): Promise<void> =>
  writeFile(join(folder, `${id}.json`), JSON.stringify(ticket))

const at = '2025-01-31T12:00:00.000Z'
await write('t1', { title: 'A mill', state: 'drawing', at, log: ['a wheel', 'some water'] })
await write('t2', { title: 'A bridge', state: 'open', at, log: [] })

const server = await startJobManager({ data: join(home, 'data'), port: 0, providers: [new Studio(folder)] })
const { manager, foreign } = server
const show = (): void => {
  for (const { name, status, provider } of manager.list({ limit: 10, sort: 'name' }).items) {
    console.log(`${name}: ${status}, at ${provider}`)
  }
}

const { message } = await foreign.sync({ by: 'the example' })
console.log(message)
show()

await write('t1', { title: 'A mill', state: 'done', at, log: ['a wheel', 'some water', 'signed'] })
await foreign.sync({ by: 'the example' })
show()

const mill = manager.list({ limit: 1, name: 'mill' }).items[0]!
await foreign.refreshLogs(mill.id)
for (const { text } of manager.logs(mill.id, 0, 10).lines) console.log(text)

await server.close()
await rm(home, { recursive: true })
