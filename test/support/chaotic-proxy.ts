import { createServer, connect, type AddressInfo, type Server, type Socket } from 'node:net'
import type { TestContext } from './suite.ts'

/** How a connection ends that does not end by itself. */
export type Cut =
  /** As a process that is killed, or a firewall: the other side gets ECONNRESET. */
  | 'reset'
  /** As a proxy that is told to stop: an end of the stream, perhaps in the middle of a message. */
  | 'end'
  /** As a cable that is pulled: nothing arrives any more, and nobody says so. */
  | 'silence'

/** What becomes of one connection. Bytes are those of clients going up to the server, and of the server coming down. */
export interface Treatment {
  /** How it ends; default 'reset'. Without one of the two below it does not. */
  readonly cut?: Cut
  /** Bytes from the client that get through first. 0: not even the request is heard. */
  readonly afterUp?: number
  /** Bytes from the server that get through first. 0: the request is heard, and its answer is lost. */
  readonly afterDown?: number
  /** Milliseconds that every piece takes, in each direction. Order is kept, and no more is read meanwhile. */
  readonly delay?: number
  /** Bytes a piece has at most, so that messages arrive in several. */
  readonly piece?: number
}

export interface ChaoticProxyOptions {
  /** Where connections lead. */
  readonly port: number
  /** Default '127.0.0.1'. */
  readonly host?: string
  /** Where it listens; default '127.0.0.1', and a port that is free. */
  readonly at?: { readonly host: string; readonly port: number }
  /** What becomes of the nth connection, from 0; default nothing in particular. */
  readonly treat?: (connection: number) => Treatment
}

/** One direction of a connection, as far as it has come. */
interface Flow {
  readonly from: Socket
  readonly to: Socket
  /** Bytes that may still pass; Infinity: all. */
  left: number
}

interface Connection {
  readonly client: Socket
  readonly server: Socket
  readonly treatment: Treatment
  /** Nothing passes any more, and nobody is told. */
  silent: boolean
}

/**
 * A TCP proxy that loses connections on purpose: by what each is to be treated like, and by hand, whenever a test wants
 * it. It holds one piece in each direction, and passes on that a side does not read. Use it between any client and any
 * server; it knows nothing of HTTP.
 */
export class ChaoticProxy {
  readonly host: string
  port: number
  /** Where new connections lead: a server that was started anew may have another port. */
  target: { host: string; port: number }
  /** What becomes of new connections. */
  treat: (connection: number) => Treatment
  /** Connections that there were, and those of them that were cut. */
  accepted = 0
  cuts = 0
  readonly #open = new Set<Connection>()
  readonly #timers = new Set<NodeJS.Timeout>()
  #server: Server | null = null

  constructor(options: ChaoticProxyOptions) {
    const { host = '127.0.0.1', port, at = { host: '127.0.0.1', port: 0 }, treat = () => ({}) } = options
    this.host = at.host
    this.port = at.port
    this.target = { host, port }
    this.treat = treat
  }

  get url(): string {
    return `http://${this.host}:${this.port}`
  }

  /** Connections that are open. */
  get open(): number {
    return this.#open.size
  }

  /** Takes connections, on the same port each time. */
  async listen(): Promise<void> {
    const server = createServer({ allowHalfOpen: true }, (client) => this.#accept(client))
    this.#server = server
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject)
      server.listen(this.port, this.host, resolve)
    })
    this.port = (server.address() as AddressInfo).port
    // It is not what a test waits for, and not what counts as left behind.
    server.unref()
  }

  /** Refuses new connections, as a server that is not there; those that are open stay. */
  refuse(): void {
    const server = this.#server
    this.#server = null
    // Closing waits for the connections, refusing does not.
    server?.close()
  }

  /** Cuts every connection that is open. @returns how many there were. */
  cutAll(cut: Cut = 'reset'): number {
    const open = [...this.#open]
    for (const connection of open) this.#cut(connection, cut)
    return open.length
  }

  /** The network is gone: connections are cut, and there are no new ones until `listen`. */
  down(cut: Cut = 'reset'): void {
    this.refuse()
    this.cutAll(cut)
  }

  /** Ends everything. */
  close(): void {
    this.refuse()
    for (const timer of this.#timers) clearTimeout(timer)
    this.#timers.clear()
    for (const { client, server } of [...this.#open]) {
      client.destroy()
      server.destroy()
    }
    this.#open.clear()
  }

  #accept(client: Socket): void {
    const treatment = this.treat(this.accepted++)
    const server = connect({ ...this.target, allowHalfOpen: true })
    const connection: Connection = { client, server, treatment, silent: false }
    this.#open.add(connection)
    const { afterUp = Infinity, afterDown = Infinity } = treatment
    const sockets = [client, server]
    for (const socket of sockets) {
      socket.unref()
      socket.setNoDelay(true)
      // What breaks on one side breaks on the other.
      socket.on('error', () => {
        if (!connection.silent) this.#end(connection, 'reset')
      })
      socket.on('close', () => {
        if (!connection.silent) for (const each of sockets) each.destroySoon()
        if (sockets.every(({ closed }) => closed)) this.#open.delete(connection)
      })
    }
    this.#pass(connection, { from: client, to: server, left: afterUp })
    this.#pass(connection, { from: server, to: client, left: afterDown })
  }

  /** Hands on one direction, piece by piece: the next is read when the one before was taken. */
  #pass(connection: Connection, flow: Flow): void {
    const { from, to } = flow
    const { piece = Infinity } = connection.treatment
    let ended = false
    let busy = false
    const next = (): void => {
      if (busy || connection.silent) return
      const bytes = read(from, piece)
      if (bytes === null) {
        if (ended && from.readableLength === 0 && !to.writableEnded) to.end()
        return
      }
      busy = true
      this.#later(connection, () => {
        this.#send(connection, flow, bytes, () => {
          busy = false
          next()
        })
      })
    }
    from.on('readable', next)
    from.on('end', () => {
      ended = true
      next()
    })
  }

  /** What gets through of a piece; behind that the connection is cut. */
  #send(connection: Connection, flow: Flow, bytes: Buffer, sent: () => void): void {
    if (connection.silent || flow.to.destroyed) return
    const passing = bytes.subarray(0, Math.min(bytes.length, flow.left))
    flow.left -= passing.length
    const after = (): void => {
      if (flow.left > 0) sent()
      else this.#cut(connection, connection.treatment.cut ?? 'reset')
    }
    if (passing.length === 0) after()
    else if (flow.to.write(passing)) setImmediate(after)
    else flow.to.once('drain', after)
  }

  #later({ treatment: { delay = 0 } }: Connection, run: () => void): void {
    if (delay === 0) return run()
    const timer = setTimeout(() => {
      this.#timers.delete(timer)
      run()
    }, delay)
    this.#timers.add(timer)
  }

  #cut(connection: Connection, cut: Cut): void {
    if (!this.#open.has(connection) || connection.silent) return
    this.cuts++
    if (cut === 'silence') connection.silent = true
    else this.#end(connection, cut)
  }

  #end(connection: Connection, how: Exclude<Cut, 'silence'>): void {
    this.#open.delete(connection)
    for (const socket of [connection.client, connection.server]) {
      if (how === 'reset') reset(socket)
      // What was passed on arrives first.
      else socket.destroySoon()
    }
  }
}

/**
 * `resetAndDestroy` ends the stream first, where it can, and then nobody hears of the reset. While a stream is being
 * ended the system refuses to reset it, and Node 20 never gets rid of the socket.
 */
function reset(socket: Socket): void {
  if (!socket.writableEnded) Object.assign(socket, { resetAndClosing: true })
  socket.destroy()
}

/** The piece that comes next; null: there is none yet, or no more. */
function read(from: Socket, longest: number): Buffer | null {
  const length = Math.min(longest, from.readableLength)
  return (length === 0 ? from.read() : from.read(length)) as Buffer | null
}

/** One that is there until the test is over. */
export async function chaoticProxy(
  { cleanup }: Pick<TestContext, 'cleanup'>,
  options: ChaoticProxyOptions,
): Promise<ChaoticProxy> {
  const proxy = new ChaoticProxy(options)
  await proxy.listen()
  cleanup(() => proxy.close())
  return proxy
}

export interface Chaos {
  /** From 0 up to 1: `seededRandom(seed)`, so that what a seed has found comes again. */
  readonly random: () => number
  /** Part of the connections that are cut, from 0 to 1; default 0.5. */
  readonly share?: number
  /** Bytes that get through at most before that; default 4 000. */
  readonly longest?: number
  /** Default reset and end. Silence lasts until a client's own timeout ends it. */
  readonly cuts?: readonly Cut[]
  /** Milliseconds that pieces take at most; default 0. */
  readonly delay?: number
}

/** Treats connections by chance: on the way up or on the way down, after a few bytes or a few thousand. */
export function byChance(chaos: Chaos): (connection: number) => Treatment {
  const { random, share = 0.5, longest = 4_000, cuts = ['reset', 'end'], delay = 0 } = chaos
  return () => {
    const slow = delay === 0 ? {} : { delay: Math.floor(random() * (delay + 1)) }
    if (random() >= share) return slow
    const cut = cuts[Math.floor(random() * cuts.length)] ?? 'reset'
    // Squared, so that short ones are tried as often as long ones.
    const bytes = Math.floor(longest * random() ** 2)
    return { ...slow, cut, ...(random() < 0.5 ? { afterUp: bytes } : { afterDown: bytes }) }
  }
}
