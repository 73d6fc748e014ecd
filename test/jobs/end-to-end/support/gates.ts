import { once } from 'node:events'
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { TestContext } from '../../../support/suite.ts'

/**
 * Where jobs, in their processes, meet the test: a job that visits a gate goes on when the gate is open. So a test knows
 * where a job is without waiting for time to pass.
 */
export class Gates {
  readonly url: string
  /** Names of the gates, in the order in which jobs came to them, all processes together. */
  readonly visits: string[] = []
  readonly #shut = new Map<string, ServerResponse[]>()
  readonly #listeners = new Set<() => void>()

  private constructor(server: Server) {
    this.url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  }

  static async open({ cleanup }: TestContext): Promise<Gates> {
    const server = createServer().listen(0, '127.0.0.1')
    await once(server, 'listening')
    const gates = new Gates(server)
    server.on('request', (request, response) => gates.#visit(request, response))
    cleanup(async () => {
      const closed = once(server, 'close')
      server.close()
      server.closeAllConnections()
      await closed
    })
    return gates
  }

  /** Whoever comes to it waits, until it is opened. */
  shut(name: string): void {
    this.#shut.set(name, [])
  }

  open(name: string): void {
    const waiting = this.#shut.get(name) ?? []
    this.#shut.delete(name)
    for (const response of waiting) response.end()
  }

  count(name: string): number {
    return this.visits.filter((visit) => visit === name).length
  }

  /** Resolves when so many have come. */
  async arrived(name: string, times = 1): Promise<void> {
    while (this.count(name) < times) {
      await new Promise<void>((resolve) => {
        const listener = (): void => {
          this.#listeners.delete(listener)
          resolve()
        }
        this.#listeners.add(listener)
      })
    }
  }

  #visit(request: IncomingMessage, response: ServerResponse): void {
    request.resume()
    const name = decodeURIComponent((request.url ?? '/').slice(1))
    this.visits.push(name)
    const waiting = this.#shut.get(name)
    if (waiting === undefined) response.end()
    else waiting.push(response)
    for (const listener of [...this.#listeners]) listener()
  }
}
