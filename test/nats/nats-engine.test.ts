import { nats } from '../../src/nats/index.ts'
import { engineContract } from '../support/contracts/engine-contract.ts'
import { natsSuite } from '../support/nats/nats-suite.ts'
import { startNats } from '../support/nats/start-nats.ts'

engineContract(
  'NATS',
  async (context) => {
    const { address } = await startNats(context)
    const engine = nats(address)
    let connections = 0
    return {
      connect: async () => {
        const connection = await engine.connect(`test ${++connections}`)
        context.cleanup(() => connection.close())
        return connection
      },
    }
  },
  natsSuite,
)
