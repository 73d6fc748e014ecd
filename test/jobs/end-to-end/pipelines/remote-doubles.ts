import { appendFileSync } from 'node:fs'
import process from 'node:process'
import { RemoteEnvironment, type RemoteEnvironmentOptions } from '../../../../src/index.ts'
import { visit } from './visit.ts'

export interface RemoteDoublesSettings {
  /** File that tells what happened, line by line. */
  readonly journal: string
  readonly gates: string
}

/** Doubles numbers, in a process of its own, whose id it writes down. */
class Doubles {
  readonly #journal: string

  constructor(journal: string) {
    this.#journal = journal
  }

  start(): void {
    appendFileSync(this.#journal, `started ${process.pid}\n`)
  }

  twice(n: number): number {
    return 2 * n
  }

  cleanup(): void {
    appendFileSync(this.#journal, `cleaned up ${process.pid}\n`)
  }
}

/** Three numbers, the second of which goes through a gate before the service doubles it. */
export function remoteDoubles(
  { journal, gates }: RemoteDoublesSettings,
  options: RemoteEnvironmentOptions = {},
): { readonly env: RemoteEnvironment; readonly collected: { readonly values: readonly number[] } } {
  const env = new RemoteEnvironment('remote doubles', options)
  const collected = env
    .registerService('doubles', Doubles, journal, { remote: true })
    .fromBatch([1, 2, 3])
    .map(
      async (n, ctx) => {
        if (n === 2) await visit(gates, 'second')
        return ctx.service('doubles').twice(n)
      },
      { onError: { retry: { attempts: 5 } } },
    )
    .collect()
  return { env, collected }
}
