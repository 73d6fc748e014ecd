import { writeFileSync } from 'node:fs'
import { createServer, request as ask } from 'node:http'
import type { AddressInfo } from 'node:net'
import { buffer } from 'node:stream/consumers'
import { fileURLToPath } from 'node:url'
import { type RecordedExchange, withNames } from '../support/recorded.ts'

/** Stands before a real Ray, and writes down what it is asked and answers. */
export async function startRecorder(
  target: string,
): Promise<{ readonly address: string; save(name: string): Promise<void> }> {
  const exchanges: RecordedExchange[] = []
  const server = createServer((request, response) => {
    const { method = '', url = '', headers } = request
    void buffer(request).then((body) => {
      const onward = ask(new URL(url, target), { method, headers }, (answer) => {
        void buffer(answer).then((said) => {
          const type = answer.headers['content-type'] ?? ''
          response.writeHead(answer.statusCode ?? 500, { 'content-type': type }).end(said)
          exchanges.push({
            method,
            path: withNames(url),
            request: method === 'POST' && body.length > 0 ? JSON.parse(withNames(body.toString())) : null,
            status: answer.statusCode ?? 500,
            type,
            response: withoutMachine(withNames(said.toString())),
          })
        })
      })
      onward.end(body)
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return {
    address: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    save: async (name) => {
      await new Promise((resolve) => server.close(resolve))
      const kept = exchanges.filter((exchange, i) => !isAgain(exchange, exchanges.slice(0, i)))
      const file = fileURLToPath(new URL(`../fixtures/${name}.json`, import.meta.url))
      writeFileSync(file, `${JSON.stringify(kept, null, 2)}\n`)
    },
  }
}

/** Whether the same request was answered the same the last time. */
function isAgain(
  { method, path, request, response }: RecordedExchange,
  before: readonly RecordedExchange[],
): boolean {
  const last = before.findLast(
    (one) =>
      one.method === method && one.path === path && JSON.stringify(one.request) === JSON.stringify(request),
  )
  return last?.response === response
}

/** Without what says where it was recorded. */
function withoutMachine(text: string): string {
  return text
    .replace(/\/[^\s"'\\]*\/(?=site-packages\/|session_|lib\/python)/g, '/ray/')
    .replace(/\b(?!127\.0\.0\.1)\d{1,3}(?:\.\d{1,3}){3}\b/g, '127.0.0.1')
    .replace(/Worker \S+-(?=\d+-[0-9a-f]{8} is ready)/g, 'Worker node-')
}
