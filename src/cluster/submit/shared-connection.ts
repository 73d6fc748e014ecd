import type { ClusterEngine, EngineConnection } from '../engine/cluster-engine.ts'

/** One connection for all who need one at the same time. While nobody does there is none: it would keep a program alive. */
export class SharedConnection {
  readonly #engine: ClusterEngine
  readonly #name: string
  #opened: Promise<EngineConnection> | null = null
  #users = 0

  constructor(engine: ClusterEngine, name: string) {
    this.#engine = engine
    this.#name = name
  }

  get address(): string {
    return this.#engine.address
  }

  /** @throws EngineUnavailableError, and what `work` does. */
  async use<T>(work: (connection: EngineConnection) => Promise<T>): Promise<T> {
    this.#users++
    const opened = (this.#opened ??= this.#engine.connect(this.#name))
    try {
      return await work(await opened)
    } catch (error) {
      // One that could not be had is not the next one's.
      if (await isLost(opened)) this.#forget(opened)
      throw error
    } finally {
      if (--this.#users === 0) await this.close()
    }
  }

  /** What is under way rejects. */
  async close(): Promise<void> {
    const opened = this.#opened
    this.#opened = null
    await opened?.then(
      (connection) => connection.close(),
      () => {},
    )
  }

  #forget(opened: Promise<EngineConnection>): void {
    if (this.#opened === opened) this.#opened = null
  }
}

function isLost(opened: Promise<EngineConnection>): Promise<boolean> {
  return opened.then(
    () => false,
    () => true,
  )
}
