import * as assert from 'uvu/assert'
import { RegionFencedError } from '../../../src/errors/cluster-errors.ts'
import { nats } from '../../../src/nats/index.ts'
import { claimRegion } from '../../../src/nats/log/nats-region-claim.ts'
import { Names } from '../../../src/nats/names.ts'
import { rejectionOf } from '../../job/jobs.ts'
import { bytesOf, commitOf, noise, same, textOf } from '../../support/contracts/engine-values.ts'
import { natsSuite } from '../../support/nats/nats-suite.ts'
import { startNats } from '../../support/nats/start-nats.ts'
import { lossyJetStream } from '../support/lossy-jetstream.ts'

natsSuite('NatsRegionClaim', (test) => {
  test('keeps what its last commit refers to, though it never heard of it', async (context) => {
    const { address } = await startNats(context)
    const connection = await nats(address).connect('test')
    context.cleanup(() => connection.close())
    await connection.createLog('job')
    const log = connection.openLog('job')
    const js = await lossyJetStream(context, address)
    const claim = await claimRegion(js, new Names('millrace').job('job'), 'r0', 'me')
    const bytes = noise(1_500_000, 1)
    const staged = await claim.stage({ end: 'e0', bytes })
    const never = await claim.stage({ end: 'e0', bytes: bytesOf('never') })
    js.fates = ['answer lost']
    js.meanwhile = () => log.claim('r0', 'next')
    const commit = commitOf('1', [], { outputs: [staged] })
    assert.instance(await rejectionOf(claim.commit(commit)), RegionFencedError)
    assert.ok(same((await log.read('e0', 0).next())[0]!.bytes, bytes))
    assert.is(textOf((await log.committed('r0'))!), '1')
    assert.match(never.staged, /^r0 1-2 1$/)
    assert.equal([...(await js.subjects('millrace_job_job', 'millrace.job.job.x.r0.1-2.*'))], [])
  })

  test('commits while many others do, and while state is let go of', async (context) => {
    const { address } = await startNats(context)
    const connection = await nats(address).connect('test')
    context.cleanup(() => connection.close())
    await connection.createLog('job')
    const log = connection.openLog('job')
    const claims = await Promise.all(Array.from({ length: 70 }, (_, i) => log.claim(`r${i}`, 'me')))
    await Promise.all(
      claims.map(async (claim) => {
        for (let i = 0; i < 6; i++) {
          const blobs = [{ name: `b${i}`, bytes: bytesOf('b') }]
          const obsolete = i === 0 ? [] : [`b${i - 1}`]
          await claim.commit(commitOf(`${i}`, [['e0', 'x'], ['e1', 'y']], { blobs, obsolete })) // prettier-ignore
        }
      }),
    )
    assert.equal((await log.backlog()).get('e0'), 420)
    // Whoever comes next lets go of what the last could not.
    for (const i of claims.keys()) await log.claim(`r${i}`, 'next')
    const js = await lossyJetStream(context, address)
    assert.is((await js.subjects('millrace_job_job', 'millrace.job.job.s.>')).size, 70)
  })
})
