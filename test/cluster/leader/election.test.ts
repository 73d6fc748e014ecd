import assert from 'node:assert/strict'
import fc from 'fast-check'
import { Candidate } from '../../../src/cluster/leader/candidate.ts'
import { firstWatch, lookAtLeader } from '../../../src/cluster/leader/election.ts'
import { MemoryEngine } from '../../support/cluster/memory-engine.ts'
import { ManualClock } from '../../support/manual-clock.ts'
import { suite } from '../../support/suite.ts'

suite('lookAtLeader', (test) => {
  const value = { id: 'a', term: 3, renewals: 7 }

  test('takes the lead where nobody has had it', () => {
    const { write } = lookAtLeader(firstWatch, null, 'b', 0)
    assert.deepEqual(write, { id: 'b', term: 1, renewals: 0 })
  })

  test('renews its own', () => {
    const { write } = lookAtLeader(firstWatch, { value, revision: 9 }, 'a', 0)
    assert.deepEqual(write, { id: 'a', term: 3, renewals: 8 })
  })

  test('takes over what has not changed for four seconds of its own clock, and not before', () => {
    let { watch, write } = lookAtLeader(firstWatch, { value, revision: 9 }, 'b', 1_000)
    assert.equal(write, null)
    ;({ watch, write } = lookAtLeader(watch, { value, revision: 9 }, 'b', 4_999))
    assert.equal(write, null)
    assert.deepEqual(lookAtLeader(watch, { value, revision: 10 }, 'b', 5_000).write, null)
    assert.deepEqual(lookAtLeader(watch, { value, revision: 9 }, 'b', 5_000).write, {
      id: 'b',
      term: 4,
      renewals: 0,
    })
  })

  test('takes at once what was left to others', () => {
    const { write } = lookAtLeader(firstWatch, { value: { ...value, id: '' }, revision: 9 }, 'b', 0)
    assert.deepEqual(write, { id: 'b', term: 4, renewals: 0 })
  })
})

suite(
  'Candidate',
  (test) => {
    const setUp = () => {
      const engine = new MemoryEngine()
      const clock = new ManualClock()
      const terms: string[] = []
      const stand = async (id: string, records = engine.connect().then((one) => one.records)) => {
        const candidate = new Candidate(id, await records, clock, {
          elected: (term) => terms.push(`${id} ${term}`),
          deposed: () => terms.push(`${id} no more`),
          warn: () => {},
        })
        candidate.start()
        return candidate
      }
      return { engine, clock, terms, stand }
    }

    test('one of several leads, and leaves it to another when it ends', async () => {
      const { clock, terms, stand } = setUp()
      const first = await stand('a')
      await clock.advance(10)
      const second = await stand('b')
      await clock.advance(20_000)
      assert.deepEqual(terms, ['a 1'])
      await first.close()
      assert.deepEqual(terms, ['a 1', 'a no more'])
      await clock.advance(1_000)
      assert.deepEqual(terms, ['a 1', 'a no more', 'b 2'])
      await second.close()
      assert.equal(clock.waiting, 0)
    })

    test('leads no more when it cannot renew, by the time another may take over', async () => {
      const { engine, clock, terms, stand } = setUp()
      const { records } = await engine.connect()
      let isAway = false
      const away = {
        ...records,
        get: (key: string) => (isAway ? Promise.reject(new Error('away')) : records.get(key)),
      }
      const first = await stand('a', Promise.resolve(away))
      await clock.advance(2_500)
      const second = await stand('b')
      isAway = true
      await clock.advance(6_000)
      assert.deepEqual(terms, ['a 1', 'a no more', 'b 2'])
      isAway = false
      await clock.advance(5_000)
      assert.deepEqual(terms, ['a 1', 'a no more', 'b 2'])
      await Promise.all([first.close(), second.close()])
    })

    test('terms only grow, and there are never two leaders that both can renew', async () => {
      await fc.assert(
        fc.asyncProperty(
          fc.array(fc.tuple(fc.nat(2), fc.integer({ min: 200, max: 6_000 })), { maxLength: 12 }),
          async (stalls) => {
            const { engine, clock, stand } = setUp()
            const { records } = await engine.connect()
            const isAway = [false, false, false]
            const candidates = await Promise.all(
              isAway.map((_, i) => {
                const ifThere =
                  <A extends unknown[], R>(work: (...args: A) => Promise<R>) =>
                  (...args: A) =>
                    isAway[i] ? Promise.reject(new Error('away')) : work(...args)
                return stand(
                  `c${i}`,
                  Promise.resolve({ ...records, get: ifThere(records.get), put: ifThere(records.put) }),
                )
              }),
            )
            let term = 0
            for (const [who, ms] of stalls) {
              isAway[who] = !isAway[who]
              await clock.advance(ms)
              const record = await records.get('leader')
              if (record === null) continue
              const found = JSON.parse(Buffer.from(record.value).toString()) as { term: number }
              assert.ok(found.term >= term)
              term = found.term
            }
            await Promise.all(candidates.map((one) => one.close()))
            assert.equal(clock.waiting, 0)
          },
        ),
        { numRuns: 20 },
      )
    })
  },
  { timeout: 30_000 },
)
