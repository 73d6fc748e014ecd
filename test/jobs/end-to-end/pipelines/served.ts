import { appendFileSync } from 'node:fs'
import { RemoteEnvironment, type RemoteEnvironmentOptions } from '../../../../src/index.ts'
import { visit } from './visit.ts'

export interface ServedSettings {
  /** File that tells what happened, line by line. */
  readonly journal: string
  readonly gates: string
}

/** A service that writes down what happens to it, and goes through a gate before each step of its end. */
class Scribe {
  readonly #name: string
  readonly #settings: ServedSettings

  constructor(name: string, settings: ServedSettings) {
    this.#name = name
    this.#settings = settings
  }

  start(): void {
    this.write('started')
  }

  write(what: string): void {
    appendFileSync(this.#settings.journal, `${this.#name} ${what}\n`)
  }

  async stop(): Promise<void> {
    await visit(this.#settings.gates, `${this.#name} stops`)
    this.write('stopped')
  }

  async cleanup(): Promise<void> {
    await visit(this.#settings.gates, `${this.#name} cleans up`)
    this.write('cleaned up')
  }
}

/** Three records for two services, which write them to a journal. */
export function served(
  settings: ServedSettings,
  options: RemoteEnvironmentOptions = {},
): Pick<RemoteEnvironment, 'submit' | 'close' | 'status'> {
  const env = new RemoteEnvironment('served', { teardownTimeout: 60_000, ...options })
    .registerService('one', Scribe, 'one', settings)
    .registerService('two', Scribe, 'two', settings)
  env
    .fromBatch(['a', 'b', 'c'])
    .tap((record, ctx) => ctx.service('one').write(record))
    .sink((record, ctx) => ctx.service('two').write(record))
  return env
}
