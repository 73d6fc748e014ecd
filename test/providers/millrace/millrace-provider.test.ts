import * as assert from 'uvu/assert'
import { ProviderJobNotFoundError, ProviderRefusedError } from '../../../src/errors/provider-errors.ts'
import { rejectionOf } from '../../job/jobs.ts'
import { suite } from '../../support/suite.ts'
import { faultyServerScene, serverScene } from '../support/millrace-scenes.ts'
import { providerContract } from '../support/provider-contract.ts'
import { bare } from '../support/scenes.ts'

providerContract('another Millrace server', serverScene, 'behaviour')
providerContract('another Millrace server that fails', faultyServerScene, 'faults')

suite('jobs of another Millrace server', (test) => {
  test('have the revision there as their version', async (context) => {
    const { provider, manager, add } = await serverScene(context)
    const id = await add('running')
    const { revision } = manager.get(id)
    assert.is((await provider.get(id, context)).version, revision)
    manager.become(id, 'completed')
    const [job] = (await provider.list({ limit: 1 }, context)).jobs
    assert.ok(job!.version! > revision)
  })

  test('are those that run there, and none that it knows of its own providers', async (context) => {
    const { provider, manager, add } = await serverScene(context)
    const own = await add('running')
    const details = { at: 1_700_000_000_000, cause: 'a test', create: true }
    manager.store.foreign.observe('third', [{ externalId: 'x', status: 'running' }], details)
    const foreign = manager.store.foreign.find('third', 'x')!.id
    const { jobs } = await provider.list({ limit: 10 }, context)
    assert.equal(
      jobs.map(({ externalId }) => externalId),
      [own],
    )
    assert.instance(await rejectionOf(provider.get(foreign, context)), ProviderJobNotFoundError)
  })

  test('fail with what their program said, without its records and books', async (context) => {
    const { provider, manager, add } = await serverScene(context)
    const id = await add('running')
    manager.become(id, 'failed')
    const error = { name: 'JobFailedError', lineage: ['JobFailedError', 'MillraceError'], message: 'boom' }
    manager.store.patch(id, { error: { ...error, code: 'ERR_JOB_FAILED', stack: 'at x', deadLetters: [] } })
    assert.equal((await provider.get(id, context)).error, { ...error, code: 'ERR_JOB_FAILED' })
  })

  test('have lines with their numbers, streams and times', async (context) => {
    const { provider, add, write } = await serverScene(context)
    const id = await add('running')
    write(id, 'one\ntwo\n')
    const [line] = await provider.logs(id, { after: 1, limit: 10 }, context)
    assert.is(line?.seq, 2)
    assert.is(line?.stream, 'stdout')
    assert.match(line?.at ?? '', /Z$/)
  })

  test('are not for who has no token, or another', async (context) => {
    const { url, add } = await serverScene(context)
    const id = await add('running')
    for (const stranger of [{}, { token: 'the-token-of-a-stranger' }]) {
      const provider = bare(context, { name: 'other', type: 'millrace', url, ...stranger })
      const error = await rejectionOf(provider.get(id, context))
      assert.instance(error, ProviderRefusedError)
      assert.is((error as ProviderRefusedError).status, 401)
      assert.not.match(String(error), 'the-token-of-a-stranger')
    }
  })
})
