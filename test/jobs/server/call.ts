import * as assert from 'uvu/assert'
import type { ServerAppOptions } from '../../../src/jobs/server/server-options.ts'
import { createServerApp, type ServerApp } from '../../../src/jobs/server/server-app.ts'
import { problemSchema } from '../../../src/protocol/problem.ts'
import type { TestContext } from '../../support/suite.ts'
import { FakeManager } from './fake-manager.ts'

interface Item {
  readonly name: string
  readonly cause: string
  readonly lastUsedAt: string | null
  readonly id: string | number
  readonly seq: number
  readonly text: string
  readonly path: string
  readonly message: string
}

/** Whatever may be in an answer. */
interface Body extends Item {
  readonly id: string
  readonly status: string
  readonly token: string
  readonly location: string
  readonly restartedFrom: string | null
  readonly detail: string
  readonly remedy: string
  readonly next: string
  readonly total: number
  readonly first: number
  readonly last: number
  readonly items: readonly Item[]
  readonly lines: readonly Item[]
  readonly interval: number
  readonly points: readonly unknown[]
  readonly errors: readonly Item[]
}

export interface Answer {
  readonly status: number
  readonly headers: Headers
  readonly text: string
  /** Parsed, where it is JSON. */
  readonly body: Body
}

export interface Called extends ServerApp {
  readonly manager: FakeManager
  /** `POST /path`, with JSON or whatever else. */
  call(
    what: string,
    init?: { json?: unknown; headers?: Record<string, string>; body?: RequestInit['body'] },
  ): Promise<Answer>
}

/** An app over a fake manager, which is called without sockets. */
export function callable(
  { cleanup }: TestContext,
  options: Partial<ServerAppOptions> = {},
  manager = new FakeManager(options.clock),
): Called {
  const server = createServerApp(manager, { tokens: manager.store.tokens, ...options })
  cleanup(() => server.close())
  const call: Called['call'] = async (what, { json, headers = {}, body } = {}) => {
    const [method = '', path = ''] = what.split(' ')
    const init: RequestInit & { duplex?: 'half' } = { method, headers }
    if (json !== undefined) {
      init.body = JSON.stringify(json)
      init.headers = { 'Content-Type': 'application/json', ...headers }
    } else if (body !== undefined) Object.assign(init, { body, duplex: 'half' })
    const response = await server.app.request(path, init)
    const text = await response.text()
    const isJson = text !== '' && /json/.test(response.headers.get('content-type') ?? '')
    return {
      status: response.status,
      headers: response.headers,
      text,
      body: (isJson ? JSON.parse(text) : undefined) as Body,
    }
  }
  return { ...server, manager, call }
}

/** That an answer is a problem of RFC 9457, with this status and code. */
export function isProblem({ status, headers, body, text }: Answer, wanted: number, code: string): void {
  assert.is(status, wanted, text)
  assert.is(headers.get('content-type'), 'application/problem+json')
  const problem = problemSchema.parse(body)
  assert.is(problem.status, wanted)
  assert.is(problem.code, code)
  assert.is(problem.type, 'about:blank')
  assert.ok(problem.title.length > 0 && problem.detail.length > 0)
  assert.not.match(text, /\n\s+at |node:internal|\.ts:\d/)
}
