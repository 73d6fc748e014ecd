import { jetStreamSource } from '../../../src/connectors/jetstream/index.ts'
import { findServer } from '../../support/nats/find-server.ts'
import { natsSuite } from '../../support/nats/nats-suite.ts'
import type { TestContext } from '../../support/suite.ts'
import { sourceContract, type SourceUnderTest } from '../source-contract.ts'
import { startStreams } from './streams.ts'

const numbers = ['one', 'two', 'three', 'four', 'five']

const stream = async (
  context: TestContext,
  behind: 'silence' | 'end' | 'failure',
): Promise<SourceUnderTest<string>> => {
  const streams = await startStreams(context)
  await streams.create('numbers', ['numbers'])
  await streams.publish('numbers', ...numbers)
  return {
    source: jetStreamSource<string>({
      servers: streams.address,
      stream: 'numbers',
      ...(behind === 'end' ? { until: 'end' } : {}),
      decode: ({ data, sequence }) => {
        if (behind === 'failure' && sequence === numbers.length)
          void streams.delete('numbers').catch(() => {})
        return data.toString()
      },
    }),
    expected: numbers,
    ends: behind === 'end',
  }
}

if (findServer() === null) {
  natsSuite('jetStreamSource, as a source', (test) => test('keeps the contract of sources', () => {}))
} else {
  sourceContract('jetStreamSource', {
    ready: (context) => stream(context, 'silence'),
    failing: (context) => stream(context, 'failure'),
  })
  sourceContract('jetStreamSource that ends', {
    ready: (context) => stream(context, 'end'),
    failing: (context) => stream(context, 'failure'),
  })
}
