import { pollHttp } from '../../../src/connectors/http/index.ts'
import { localServer } from '../local-server.ts'
import { sourceContract, type SourceUnderTest } from '../source-contract.ts'
import type { TestContext } from '../../support/suite.ts'

interface Answer {
  readonly records: string[]
  readonly next: number
}

/** Pages of two; behind them nothing, or 404. */
const pages = async (
  context: TestContext,
  behind: 'nothing' | 'failure',
): Promise<SourceUnderTest<string>> => {
  const all = ['a', 'b', 'c', 'd', 'e']
  const { url, connections } = await localServer(context, (request, response) => {
    const from = Number(new URL(request.url!, 'http://x').searchParams.get('from'))
    if (from >= all.length && behind === 'failure') response.statusCode = 404
    const records = all.slice(from, from + 2)
    response.end(JSON.stringify({ records, next: from + records.length } satisfies Answer))
  })
  return {
    source: pollHttp<string, number>({
      request: (from = 0) => `${url}/?from=${from}`,
      cursor: 0,
      interval: 60_000,
      parse: async (response) => {
        const { records, next } = (await response.json()) as Answer
        return { records, cursor: next, more: records.length > 0 }
      },
    }),
    expected: all,
    ends: false,
    held: connections,
  }
}

sourceContract('pollHttp', {
  ready: (context) => pages(context, 'nothing'),
  failing: (context) => pages(context, 'failure'),
})
