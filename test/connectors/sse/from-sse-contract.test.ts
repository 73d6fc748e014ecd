import { fromSse, type SseEvent } from '../../../src/connectors/sse/index.ts'
import type { TestContext } from '../../support/suite.ts'
import { sourceContract, type SourceUnderTest } from '../source-contract.ts'
import { eventServer, type Connection, status, stream, streamAndEnd } from './event-server.ts'

const numbers = [1, 2, 3, 4, 5]

/** Numbered events, those behind the Last-Event-ID; then the connection stays, or ends and is refused. */
const events = async (
  context: TestContext,
  behind: 'silence' | 'refusal',
): Promise<SourceUnderTest<SseEvent>> => {
  const send: Connection = (response, request) => {
    const from = Number(request.headers['last-event-id'] ?? 0)
    const chunks = numbers.filter((n) => n > from).map((n) => `id: ${n}\ndata: number ${n}\n\n`)
    if (behind === 'silence') return stream(...chunks)(response, request)
    if (chunks.length === 0) return status(403)(response, request)
    return streamAndEnd('retry: 1\n', ...chunks)(response, request)
  }
  const { url, requests } = await eventServer(context, send)
  return {
    source: fromSse(url, { retry: { jitter: 0 } }),
    expected: numbers.map((n) => `number ${n}`),
    comparable: ({ data }) => data,
    ends: false,
    held: requests,
  }
}

sourceContract('fromSse', {
  ready: (context) => events(context, 'silence'),
  failing: (context) => events(context, 'refusal'),
})
