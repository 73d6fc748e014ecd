import { RegionFencedError } from '../../../src/errors/cluster-errors.ts'
import type { Calls } from '../../../src/cluster/engine/calls.ts'
import type { ClusterEngine, EngineConnection } from '../../../src/cluster/engine/cluster-engine.ts'
import type { Files } from '../../../src/cluster/engine/files.ts'
import type {
  EdgeMessage,
  EdgeReader,
  JobLog,
  RegionClaim,
  RegionCommit,
} from '../../../src/cluster/engine/job-log.ts'
import type { Records } from '../../../src/cluster/engine/records.ts'
import { NobodyAnsweredError } from '../../../src/errors/cluster-errors.ts'

/** Messages that a reader hands over at once. */
const MANY = 4

interface Region {
  epoch: number
  record: Uint8Array | null
  readonly blobs: Map<string, Uint8Array>
}

/** What one job keeps, in this process. */
export class MemoryLog implements JobLog {
  /** Commits so far. */
  commits = 0
  readonly ends = new Map<string, EdgeMessage[]>()
  readonly #regions = new Map<string, Region>()
  readonly #staged = new Map<string, Uint8Array>()
  readonly #readers = new Set<() => void>()
  #number = 0

  /** Who waits for messages. */
  get waiting(): number {
    return this.#readers.size
  }

  async claim(region: string): Promise<RegionClaim> {
    const own = this.#region(region)
    const epoch = ++own.epoch
    const check = (): void => {
      if (own.epoch !== epoch) throw new RegionFencedError(`Region ${region} is somebody else's.`)
    }
    return {
      record: own.record,
      epoch,
      commit: async (commit) => {
        // What is under way may be overtaken by another claim.
        await Promise.resolve()
        check()
        this.#commit(own, commit)
      },
      stage: async ({ end, bytes }) => {
        const staged = `${region}/${epoch}/${this.#staged.size}`
        this.#staged.set(staged, bytes)
        return { end, staged }
      },
      stageBlob: async ({ name, bytes }) => void own.blobs.set(name, bytes),
      blob: async (name) => own.blobs.get(name)!,
    }
  }

  async committed(region: string): Promise<Uint8Array | null> {
    return this.#region(region).record
  }

  read(end: string, after: number): EdgeReader {
    let at = after
    let closed: { readonly reason: unknown } | null = null
    return {
      next: async () => {
        for (;;) {
          if (closed !== null) throw closed.reason
          const next = this.#messages(end).filter(({ number }) => number > at)
          if (next.length > 0) {
            const some = next.slice(0, MANY)
            at = some.at(-1)!.number
            return some
          }
          await new Promise<void>((resolve) => this.#readers.add(resolve))
        }
      },
      close: async (reason) => {
        closed = { reason }
        this.#wake()
      },
    }
  }

  async backlog(): Promise<ReadonlyMap<string, number>> {
    return new Map(
      [...this.ends].flatMap(([end, messages]) => (messages.length > 0 ? [[end, messages.length]] : [])),
    )
  }

  async trim(end: string, upTo: number): Promise<void> {
    this.ends.set(
      end,
      this.#messages(end).filter(({ number }) => number > upTo),
    )
  }

  #commit(region: Region, { outputs, record, blobs, obsolete }: RegionCommit): void {
    this.commits++
    for (const { name, bytes } of blobs) {
      if (region.blobs.has(name)) throw new Error(`Blob ${name} is there already.`)
      region.blobs.set(name, bytes)
    }
    for (const name of obsolete) if (!region.blobs.delete(name)) throw new Error(`There is no blob ${name}.`)
    region.record = record
    for (const output of outputs) {
      const bytes = 'bytes' in output ? output.bytes : this.#staged.get(output.staged)!
      this.#messages(output.end).push({ number: ++this.#number, bytes })
    }
    this.#wake()
  }

  #wake(): void {
    const readers = [...this.#readers]
    this.#readers.clear()
    for (const wake of readers) wake()
  }

  #region(name: string): Region {
    let region = this.#regions.get(name)
    if (region === undefined) this.#regions.set(name, (region = { epoch: 0, record: null, blobs: new Map() }))
    return region
  }

  #messages(end: string): EdgeMessage[] {
    let messages = this.ends.get(end)
    if (messages === undefined) this.ends.set(end, (messages = []))
    return messages
  }
}

/** An engine for tests of what stands on one: all in this process, and nothing of it stays. */
export class MemoryEngine implements ClusterEngine {
  readonly name = 'memory'
  readonly address = 'memory://'
  readonly logs = new Map<string, MemoryLog>()
  readonly #records = new Map<string, { value: Uint8Array; revision: number }>()
  readonly #files = new Map<string, Uint8Array>()
  readonly #servers = new Map<string, ((bytes: Uint8Array) => Promise<Uint8Array>)[]>()
  #revision = 0

  at(): ClusterEngine {
    return this
  }

  async connect(): Promise<EngineConnection> {
    return {
      records: this.#recordsOf(),
      files: this.#filesOf(),
      calls: this.#callsOf(),
      createLog: async (job) => {
        if (!this.logs.has(job)) this.logs.set(job, new MemoryLog())
      },
      openLog: (job) => this.logs.get(job)!,
      deleteLog: async (job) => void this.logs.delete(job),
      close: async () => {},
    }
  }

  #recordsOf(): Records {
    const all = this.#records
    return {
      get: async (key) => {
        const found = all.get(key)
        return found === undefined ? null : { key, ...found }
      },
      list: async (prefix) =>
        [...all]
          .flatMap(([key, found]) => (key.startsWith(`${prefix}.`) ? [{ key, ...found }] : []))
          .sort((a, b) => (a.key < b.key ? -1 : 1)),
      put: async (key, value, revision) => {
        if ((all.get(key)?.revision ?? 0) !== revision) return null
        all.set(key, { value, revision: ++this.#revision })
        return this.#revision
      },
      delete: async (key) => void all.delete(key),
    }
  }

  #filesOf(): Files {
    return {
      has: async (hash) => this.#files.has(hash),
      put: async (hash, bytes) => void this.#files.set(hash, bytes),
      get: async (hash) => this.#files.get(hash) ?? null,
      delete: async (hash) => void this.#files.delete(hash),
    }
  }

  #callsOf(): Calls {
    return {
      call: async (subject, bytes) => {
        const server = this.#servers.get(subject)?.[0]
        if (server === undefined) throw new NobodyAnsweredError(`Nobody serves ${subject}.`)
        return server(bytes)
      },
      serve: (subject, answer) => {
        const servers = this.#servers.get(subject) ?? []
        this.#servers.set(subject, servers)
        servers.push(answer)
        return {
          close: async () => void servers.splice(servers.indexOf(answer), 1),
        }
      },
    }
  }
}
