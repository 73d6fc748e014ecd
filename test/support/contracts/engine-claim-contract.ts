import * as assert from 'uvu/assert'
import type { RegionClaim } from '../../../src/cluster/engine/job-log.ts'
import { EngineError, RegionFencedError } from '../../../src/errors/cluster-errors.ts'
import { rejectionOf } from '../../job/jobs.ts'
import type { EngineTest } from './engine-contract.ts'
import { bytesOf, commitOf, logOf, noise, same, take, textOf } from './engine-values.ts'

export function claimContract(test: EngineTest): void {
  test('knows what a region has committed last', async (place) => {
    const { log } = await logOf(place)
    assert.is(await log.committed('r0'), null)
    const first = await log.claim('r0', 'me')
    assert.is(first.record, null)
    assert.is(first.epoch, 1)
    assert.is(await log.committed('r0'), null)
    const second = await log.claim('r0', 'me')
    assert.is(second.record, null)
    assert.is(second.epoch, 2)
    await second.commit(commitOf('one'))
    assert.is(textOf((await log.committed('r0'))!), 'one')
    await second.commit(commitOf('', [['e1.0', 'x']]))
    assert.is(textOf((await log.committed('r0'))!), '')
    const large = noise(256 * 1024, 5)
    await second.commit({ ...commitOf(''), record: large })
    const third = await log.claim('r0', 'you')
    assert.ok(same(third.record!, large))
    assert.is(third.epoch, 3)
    assert.is(await log.committed('r1'), null)
  })

  test('commits nothing of somebody who lost the region', async (place) => {
    const { log } = await logOf(place)
    const other = (await logOf(place)).log
    const zombie = await log.claim('r0', 'zombie')
    await zombie.commit(commitOf('1', [['e1.0', 'a']]))
    const staged = await zombie.stage({ end: 'e1.0', bytes: bytesOf('never') })
    const owner = await other.claim('r0', 'owner')
    const attempt = commitOf('2', [], { outputs: [staged, { end: 'e1.0', bytes: bytesOf('never') }] })
    const error = await rejectionOf(zombie.commit(attempt))
    assert.instance(error, RegionFencedError)
    assert.match((error as Error).message, /owner/)
    assert.instance(await rejectionOf(zombie.commit(commitOf('3'))), RegionFencedError)
    await owner.commit(commitOf('4', [['e1.0', 'b']]))
    assert.equal(await take(log.read('e1.0', 0), 2), ['a', 'b'])
    assert.is(textOf((await log.committed('r0'))!), '4')
    assert.equal([...(await log.backlog())], [['e1.0', 2]])
  })

  test('belongs to one of many who claim at once', async (place) => {
    const logs = await Promise.all([1, 2, 3].map(async () => (await logOf(place)).log))
    const claims = await Promise.allSettled(
      Array.from({ length: 9 }, (_, i) => logs[i % 3]!.claim('r0', `owner ${i}`)),
    )
    const won: RegionClaim[] = []
    for (const claim of claims) {
      if (claim.status === 'fulfilled') won.push(claim.value)
      else assert.instance(claim.reason, RegionFencedError)
    }
    assert.ok(won.length > 0)
    const epochs = won.map(({ epoch }) => epoch)
    assert.is(new Set(epochs).size, won.length)
    const outcomes = await Promise.allSettled(won.map((claim) => claim.commit(commitOf(`${claim.epoch}`))))
    assert.is(outcomes.filter(({ status }) => status === 'fulfilled').length, 1)
    assert.is(textOf((await log(logs).committed('r0'))!), String(Math.max(...epochs)))
  })

  test('is claimed from an owner who is busy, with all that the owner was told is committed', async (place) => {
    const { log } = await logOf(place)
    const owner = await log.claim('r0', 'owner')
    let done = 0
    const work = (async (): Promise<unknown> => {
      for (;;) {
        try {
          await owner.commit(commitOf(`${done + 1}`, [['e1.0', `${done + 1}`]]))
          done++
        } catch (error) {
          return error
        }
      }
    })()
    while (done < 20) await log.committed('r0')
    const next = await (await logOf(place)).log.claim('r0', 'next')
    assert.instance(await work, RegionFencedError)
    assert.is(textOf(next.record!), `${done}`)
    assert.is((await log.backlog()).get('e1.0'), done)
  })

  test('keeps state until it is told that nobody needs it', async (place) => {
    const { log } = await logOf(place)
    const first = await log.claim('r.0', 'me')
    const [small, large, staged] = [noise(1_000, 1), noise(5_000_000, 2), noise(1_200_000, 3)]
    await first.stageBlob({ name: 'staged', bytes: staged })
    const blobs = [
      { name: 's/1 ä.*', bytes: small },
      { name: 'large', bytes: large },
      { name: 'empty', bytes: new Uint8Array(0) },
    ]
    await first.commit(commitOf('1', [], { blobs }))
    const second = await log.claim('r.0', 'you')
    for (const claim of [first, second]) {
      assert.ok(same(await claim.blob('s/1 ä.*'), small))
      assert.ok(same(await claim.blob('large'), large))
      assert.ok(same(await claim.blob('staged'), staged))
      assert.is((await claim.blob('empty')).length, 0)
      assert.instance(await rejectionOf(claim.blob('other')), EngineError)
    }
    await second.commit(commitOf('2', [], { obsolete: ['large', 's/1 ä.*', 'none'] }))
    assert.instance(await rejectionOf(second.blob('large')), EngineError)
    const third = await log.claim('r.0', 'me')
    assert.ok(same(await third.blob('staged'), staged))
    assert.instance(await rejectionOf(third.blob('large')), EngineError)
    assert.instance(await rejectionOf((await log.claim('r', 'me')).blob('staged')), EngineError)
  })

  test('keeps regions and jobs apart', async (place) => {
    const { log, connection } = await logOf(place)
    await connection.createLog('job2')
    const claims = [await log.claim('r0', 'a'), await log.claim('r0.1', 'b')]
    const elsewhere = await connection.openLog('job2').claim('r0', 'c')
    await Promise.all(
      [...claims, elsewhere].map((claim, i) => claim.commit(commitOf(`${i}`, [['e1', `${i}`]]))),
    )
    assert.is(textOf((await log.committed('r0'))!), '0')
    assert.is(textOf((await log.committed('r0.1'))!), '1')
    assert.is(textOf((await connection.openLog('job2').committed('r0'))!), '2')
    assert.is((await log.backlog()).get('e1'), 2)
    // What is there stays.
    await connection.createLog('job')
    assert.is((await log.backlog()).get('e1'), 2)
  })

  test('leaves nothing of a log that is deleted', async (place) => {
    const { log, connection } = await logOf(place)
    const claim = await log.claim('r0', 'me')
    await claim.commit(commitOf('1', [['e1', 'x']]))
    await connection.deleteLog('job')
    await connection.deleteLog('job')
    assert.instance(await rejectionOf(claim.commit(commitOf('2'))), EngineError)
    await connection.createLog('job')
    assert.is(await log.committed('r0'), null)
    assert.equal([...(await log.backlog())], [])
    assert.is((await log.claim('r0', 'me')).record, null)
  })
}

const log = <T>(logs: readonly T[]): T => logs[0]!
