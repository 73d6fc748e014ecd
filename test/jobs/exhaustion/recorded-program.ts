import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { createServer, type IncomingMessage } from 'node:http'
import type { AddressInfo } from 'node:net'
import process from 'node:process'
import { fileURLToPath } from 'node:url'
import { typescript } from '../../support/node-arguments.ts'
import type { TestContext } from '../../support/suite.ts'

/** What a program sends to a server when it is submitted, to be sent again as often as a test likes. */
export interface RecordedProgram {
  readonly files: ReadonlyMap<string, Buffer>
  readonly submission: object
}

/** What this process has recorded, by name. */
const recorded = new Map<string, RecordedProgram>()

/** Runs a program of `programs/`, once, against a server that only listens. */
export async function recordProgram(context: TestContext, name: string): Promise<RecordedProgram> {
  const program = recorded.get(name) ?? (await record(context, name))
  recorded.set(name, program)
  return program
}

async function record({ signal, cleanup }: TestContext, name: string): Promise<RecordedProgram> {
  const files = new Map<string, Buffer>()
  let submitted: (submission: object) => void = () => {}
  const submission = new Promise<object>((resolve) => (submitted = resolve))
  const answer = async (request: IncomingMessage): Promise<readonly [number, object?]> => {
    const body = await bodyOf(request)
    const hash = /^\/api\/v1\/files\/([0-9a-f]{64})$/.exec(request.url ?? '')?.[1]
    if (hash !== undefined) {
      files.set(hash, body)
      return [204]
    }
    const json = body.length === 0 ? {} : (JSON.parse(body.toString()) as { hashes?: unknown })
    if (request.url === '/api/v1/files/missing') return [200, { missing: json.hashes }]
    if (request.url === '/api/v1/jobs' && request.method === 'POST') submitted(json)
    return [503]
  }
  const server = createServer((request, response) => {
    void answer(request).then(([status, body]) => {
      response.writeHead(status, { 'content-type': 'application/json' })
      response.end(body === undefined ? undefined : JSON.stringify(body))
    })
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  const path = fileURLToPath(new URL(`programs/${name}.ts`, import.meta.url))
  const child = spawn(process.execPath, [...typescript(), path], {
    env: { ...process.env, TEST_PORT: String(port) },
    stdio: ['ignore', 'ignore', 'inherit'],
    signal,
    killSignal: 'SIGKILL',
  })
  const ended = new Promise<never>((_, reject) => {
    child.once('error', reject)
    child.once('exit', () => reject(new Error(`the program ${name} has ended without a submission`)))
  })
  cleanup(() => child.kill('SIGKILL'))
  try {
    return { files, submission: await Promise.race([submission, ended]) }
  } finally {
    child.kill('SIGKILL')
    server.closeAllConnections()
    server.close()
  }
}

async function bodyOf(request: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = []
  for await (const chunk of request) chunks.push(chunk as Buffer)
  return Buffer.concat(chunks)
}
