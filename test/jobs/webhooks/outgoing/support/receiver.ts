import { createServer, type IncomingHttpHeaders, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { Webhook } from 'standardwebhooks'
import type { WebhookMessage } from '../../../../../src/protocol/webhook-message.ts'
import type { TestContext } from '../../../../support/suite.ts'

/** A webhook that has come in. */
export interface Received {
  readonly path: string
  readonly headers: IncomingHttpHeaders
  readonly body: string
}

/** How the next request is answered; by default with 204. */
export type Answer = (request: Received, response: ServerResponse, incoming: IncomingMessage) => unknown

/** Who receives webhooks, on the loopback interface, until the test is over. */
export class Receiver {
  readonly received: Received[] = []
  answer: Answer = (_, response) => response.writeHead(204).end()
  readonly port: number
  #waiting: { readonly count: number; readonly resolve: () => void }[] = []

  private constructor(port: number) {
    this.port = port
  }

  static async start({ cleanup }: Pick<TestContext, 'cleanup'>): Promise<Receiver> {
    const server = createServer((incoming, response) => {
      const chunks: Buffer[] = []
      incoming.on('data', (chunk: Buffer) => void chunks.push(chunk))
      incoming.on('end', () => {
        const { url = '', headers } = incoming
        receiver.#take({ path: url, headers, body: Buffer.concat(chunks).toString() }, response, incoming)
      })
    })
    await new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve))
    cleanup(() => {
      server.closeAllConnections()
      return new Promise((resolve) => server.close(resolve))
    })
    const receiver = new Receiver((server.address() as AddressInfo).port)
    return receiver
  }

  get url(): string {
    return `http://127.0.0.1:${this.port}/hooks`
  }

  get messages(): readonly WebhookMessage[] {
    return this.received.map(({ body }) => JSON.parse(body) as WebhookMessage)
  }

  get ids(): readonly string[] {
    return this.received.map(({ headers }) => String(headers['webhook-id']))
  }

  /** Resolves when so many have come in. */
  async has(count: number): Promise<void> {
    if (this.received.length >= count) return
    await new Promise<void>((resolve) => void this.#waiting.push({ count, resolve }))
  }

  #take(request: Received, response: ServerResponse, incoming: IncomingMessage): void {
    this.received.push(request)
    void this.answer(request, response, incoming)
    const due = this.#waiting.filter(({ count }) => count <= this.received.length)
    this.#waiting = this.#waiting.filter((each) => !due.includes(each))
    for (const { resolve } of due) resolve()
  }
}

/** Whether the public library of the scheme finds one of the signatures good. */
export function isSigned(secret: string, { headers, body }: Received): boolean {
  try {
    new Webhook(secret).verify(body, headers as Record<string, string>)
    return true
  } catch {
    return false
  }
}
