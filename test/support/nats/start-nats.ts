import { type ChildProcess, spawn } from 'node:child_process'
import { appendFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { connect, createServer, type AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import process from 'node:process'
import { setTimeout as delay } from 'node:timers/promises'
import { connect as connectClient, type NatsConnection } from '@nats-io/transport-node'
import type { TestContext } from '../suite.ts'
import { findServer } from './find-server.ts'

export interface NatsServers {
  /** Of all of them, as `nats()` takes it. */
  readonly address: string
  readonly nodes: readonly NatsNode[]
  /** A connection of the bare client, which is closed before the servers are. */
  client(): Promise<NatsConnection>
  /** The node that leads a stream at the moment. */
  leaderOf(stream: string): Promise<NatsNode>
  /** Resolves when the servers agree on who is who, and take requests. */
  ready(): Promise<void>
}

export interface StartOptions {
  /** Servers; 3 make a cluster. Default 1. */
  readonly nodes?: number
  /** More lines for their configuration. */
  readonly config?: string
  /** What that configuration asks of whoever connects. */
  readonly auth?: { readonly user: string; readonly pass: string }
  /** Where each of them runs; default here, on free ports. */
  readonly hosts?: readonly ServerHost[]
}

/** A machine, or what passes for one, whose ports 4222 and 6222 are free. */
export interface ServerHost {
  readonly address: string
  /** What stands in front of a command that is to run there. */
  readonly through: readonly string[]
}

const here: ServerHost = { address: '127.0.0.1', through: [] }

/** Real servers on free ports, each with a store of its own in a temporary folder. Nothing of them is left after the test. */
export async function startNats(
  { cleanup }: Pick<TestContext, 'cleanup'>,
  { nodes: count = 1, config = '', auth = { user: '', pass: '' }, hosts }: StartOptions = {},
): Promise<NatsServers> {
  const binary = findServer()
  if (binary === null) throw new Error('there is no nats-server: declare the tests with natsSuite')
  const folder = mkdtempSync(join(tmpdir(), 'millrace-nats-'))
  cleanup(() => rmSync(folder, { recursive: true, force: true, maxRetries: 5, retryDelay: 50 }))
  const free = hosts === undefined ? await freePorts(count * 2) : []
  const places = Array.from({ length: count }, (_, i) => ({
    host: hosts?.[i] ?? here,
    port: free[i] ?? 4222,
    routes: free[count + i] ?? 6222,
  }))
  const routes = places.map(({ host, routes: port }) => `nats-route://${host.address}:${port}`)
  const nodes = places.map(({ host, port, routes: own }, i) => {
    // Clients are told of no other servers where they may have ways of their own to them.
    const cluster =
      `cluster { name: test, listen: "${host.address}:${own}", routes: [${routes.join(', ')}]` +
      `${hosts === undefined ? '' : ', no_advertise: true'} }`
    const text = [
      `server_name: n${i}`,
      `listen: "${host.address}:${port}"`,
      `jetstream { store_dir: "${join(folder, `n${i}`)}" }`,
      count > 1 ? cluster : '',
      config,
    ]
    const file = join(folder, `n${i}.conf`)
    writeFileSync(file, text.join('\n'))
    return new NatsNode(`n${i}`, [...host.through, binary, '-c', file], file, host.address, port)
  })
  cleanup(() => Promise.all(nodes.map((node) => node.kill())))
  await Promise.all(nodes.map((node) => node.start()))
  const address = nodes.map(({ url }) => url).join(',')
  const client = async (): Promise<NatsConnection> => {
    const connection = await connectClient({ servers: address.split(','), maxReconnectAttempts: -1, ...auth })
    cleanup(() => connection.close())
    return connection
  }
  const servers: NatsServers = {
    address,
    nodes,
    client,
    ready: () => untilReady(nodes, count, auth),
    leaderOf: async (stream) => {
      const connection = await connectClient({ servers: address.split(','), ...auth })
      try {
        const answer = await connection.request(`$JS.API.STREAM.INFO.${stream}`, '', { timeout: 5_000 })
        const { cluster } = answer.json<{ cluster?: { leader?: string } }>()
        return nodes.find(({ name }) => name === cluster?.leader) ?? nodes[0]!
      } finally {
        await connection.close()
      }
    },
  }
  await servers.ready()
  return servers
}

/** One server. */
export class NatsNode {
  readonly name: string
  readonly url: string
  readonly port: number
  readonly #command: readonly string[]
  readonly #config: string
  readonly #host: string
  #process: ChildProcess | null = null

  constructor(name: string, command: readonly string[], config: string, host: string, port: number) {
    this.name = name
    this.#command = command
    this.#config = config
    this.#host = host
    this.port = port
    this.url = `nats://${host}:${port}`
  }

  /** While it runs. */
  get pid(): number {
    return this.#process!.pid!
  }

  get running(): boolean {
    return this.#process !== null
  }

  get log(): string {
    return readFileSync(`${this.#config}.log`, 'utf8')
  }

  /** On the same port, with what its store holds. Resolves when it takes connections. */
  async start(): Promise<void> {
    const [command, ...args] = this.#command
    const child = spawn(command!, args, { stdio: ['ignore', 'ignore', 'pipe'] })
    this.#process = child
    // Also where a test breaks its whole process.
    process.once('exit', this.#end)
    child.stderr.on('data', (bytes: Buffer) => appendFileSync(`${this.#config}.log`, bytes))
    while (!(await takesConnections(this.#host, this.port))) {
      if (child.exitCode !== null) throw new Error(`nats-server has ended:\n${this.log}`)
      await delay(10)
    }
  }

  readonly #end = (): void => void this.#process?.kill('SIGKILL')

  /** As a power switch does. Resolves when it is gone. */
  async kill(signal: NodeJS.Signals = 'SIGKILL'): Promise<void> {
    const child = this.#process
    this.#process = null
    process.off('exit', this.#end)
    if (child === null || child.exitCode !== null || child.signalCode !== null) return
    const gone = new Promise((resolve) => child.once('close', resolve))
    child.kill(signal)
    await gone
  }

  /** It is there, and does nothing, until `resume`. */
  freeze(): void {
    this.#process?.kill('SIGSTOP')
  }

  resume(): void {
    this.#process?.kill('SIGCONT')
  }
}

async function untilReady(nodes: readonly NatsNode[], count: number, auth: object): Promise<void> {
  for (const node of nodes) {
    if (!node.running) continue
    const connection = await connectClient({ servers: node.url, ...auth })
    try {
      while (!(await isReady(connection, count))) await delay(20)
    } finally {
      await connection.close()
    }
  }
}

/** It knows of all others that are to keep streams, and somebody leads them. */
async function isReady(connection: NatsConnection, count: number): Promise<boolean> {
  try {
    const answer = await connection.request('$JS.API.INFO', '', { timeout: 500 })
    if (answer.json<{ error?: unknown }>().error !== undefined) return false
    if (count === 1) return true
    const name = `ready-${connection.getServer().replaceAll(/\W/g, '-')}`
    const body = JSON.stringify({ name, subjects: [name], num_replicas: count, storage: 'memory' })
    const made = await connection.request(`$JS.API.STREAM.CREATE.${name}`, body, { timeout: 3_000 })
    await connection.request(`$JS.API.STREAM.DELETE.${name}`, '', { timeout: 3_000 })
    return made.json<{ error?: unknown }>().error === undefined
  } catch {
    return false
  }
}

function takesConnections(host: string, port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, host)
    const settle = (open: boolean): void => {
      socket.destroy()
      resolve(open)
    }
    socket.once('data', () => settle(true))
    socket.once('error', () => settle(false))
    socket.once('close', () => settle(false))
  })
}

/** Taken all at once, so that they differ. */
export async function freePorts(count: number): Promise<readonly number[]> {
  const servers = Array.from({ length: count }, () => createServer())
  const ports: number[] = []
  for (const server of servers) {
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    ports.push((server.address() as AddressInfo).port)
  }
  await Promise.all(servers.map((server) => new Promise((resolve) => server.close(resolve))))
  return ports
}
