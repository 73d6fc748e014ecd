import type { AnyServices } from '../functions/any-services.ts'
import type { OperatorContext } from '../functions/context.ts'
import type { TransactionalSink } from '../functions/user-functions.ts'
import type { TransactionalCollectingSink } from './collecting-sink.ts'
import { SinkLifecycle } from './sink-lifecycle.ts'

/** Where transactions are kept, as a database would: it outlives the jobs that write to it. */
class Transactions<T> {
  readonly received: { readonly value: T; readonly at: number }[] = []
  readonly #prepared = new Map<number, readonly T[]>()
  readonly #committed = new Set<number>()
  #last = 0

  prepare(values: readonly T[]): number {
    this.#prepared.set(++this.#last, values)
    return this.#last
  }

  /** Twice is as good as once. */
  commit(id: number, at: number): void {
    const values = this.#prepared.get(id)
    if (values === undefined) throw new Error(`transaction ${id} was prepared by another collecting sink`)
    if (this.#committed.has(id)) return
    this.#committed.add(id)
    for (const value of values) this.received.push({ value, at })
  }
}

/** Collects what is committed: each job that writes to it is given the class. */
export function transactionalCollecting<T>(): TransactionalCollectingSink<T> {
  const lifecycle = new SinkLifecycle()
  const transactions = new Transactions<T>()
  let written = 0

  return class implements TransactionalSink<T, number, AnyServices, unknown> {
    static readonly received = transactions.received

    static get values(): readonly T[] {
      return transactions.received.map(({ value }) => value)
    }

    static get opens(): number {
      return lifecycle.opens
    }

    static get closes(): number {
      return lifecycle.closes
    }

    static get written(): number {
      return written
    }

    static assertClosed(): void {
      lifecycle.assertClosed()
    }

    #now: () => number = () => NaN
    #values: T[] = []
    /** Opened, recovered and not yet closed. */
    #ready = false

    open(ctx: OperatorContext): void {
      lifecycle.open()
      this.#now = () => ctx.now()
    }

    recover(prepared: readonly number[]): void {
      for (const id of prepared) transactions.commit(id, this.#now())
      this.#ready = true
    }

    write(value: T): void {
      this.#use(`record ${written++}`)
      this.#values.push(value)
    }

    prepare(): number | undefined {
      this.#use('prepare')
      if (this.#values.length === 0) return undefined
      const values = this.#values
      this.#values = []
      return transactions.prepare(values)
    }

    commit(id: number): void {
      this.#use(`the commit of transaction ${id}`)
      transactions.commit(id, this.#now())
    }

    close(): void {
      this.#ready = false
      lifecycle.close()
    }

    #use(what: string): void {
      if (!this.#ready) lifecycle.violation(`${what} came while it was closed`)
    }
  }
}
