import { JobManagerClient } from '../../../src/client/index.ts'
import type { ClientOptions } from '../../../src/client/client-options.ts'
import type { TestContext } from '../../support/suite.ts'

/** A client that does not wait long for anything, closed when the test is over. */
export function clientOf(
  { cleanup }: Pick<TestContext, 'cleanup'>,
  { port }: { readonly port: number },
  options: ClientOptions = {},
): JobManagerClient {
  const retry = { initial: 1, max: 5, ...options.retry }
  const client = new JobManagerClient({ port, pollInterval: 5, ...options, retry })
  cleanup(() => client.close())
  return client
}
