import { fromWebSocket, type WebSocketMessage } from '../../../src/connectors/websocket/index.ts'
import type { TestContext } from '../../support/suite.ts'
import { sourceContract, type SourceUnderTest } from '../source-contract.ts'
import { sending, socketServer } from './socket-server.ts'

const numbers = [1, 2, 3, 4, 5].map(String)

const messages = async (
  context: TestContext,
  behind: 'silence' | 'breaks' | 'end',
): Promise<SourceUnderTest<WebSocketMessage>> => {
  const { url, connections } = await socketServer(context, (socket, server) => {
    sending(...numbers)(socket, server)
    if (behind === 'breaks') socket.close(1008, 'enough')
    if (behind === 'end') socket.close(1000)
  })
  return {
    source: fromWebSocket(url, { retry: { attempts: 0 } }),
    expected: numbers,
    ends: behind === 'end',
    held: connections,
  }
}

for (const behind of ['silence', 'end'] as const) {
  sourceContract(`fromWebSocket, with ${behind} behind`, {
    ready: (context) => messages(context, behind),
    failing: (context) => messages(context, 'breaks'),
    replayable: false,
  })
}
