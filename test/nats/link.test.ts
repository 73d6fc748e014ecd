import * as assert from 'uvu/assert'
import { EngineError, EngineUnavailableError } from '../../src/errors/cluster-errors.ts'
import { Refusal } from '../../src/nats/jetstream.ts'
import { rejectionOf } from '../job/jobs.ts'
import { natsSuite } from '../support/nats/nats-suite.ts'
import { startNats } from '../support/nats/start-nats.ts'
import { lossyJetStream } from './support/lossy-jetstream.ts'

natsSuite('the link to NATS', (test) => {
  test('says that servers which are too few are away, and not that they refuse', async (context) => {
    const { address } = await startNats(context)
    const { link } = await lossyJetStream(context, address)
    const refused = (code: number): Promise<unknown> => {
      const refusal = new Refusal('read', { code, err_code: 10_008, description: 'not now' })
      return rejectionOf(link.patiently(() => Promise.reject(refusal), 0))
    }
    assert.instance(await refused(503), EngineUnavailableError)
    assert.instance(await refused(400), EngineError)
  })
})
