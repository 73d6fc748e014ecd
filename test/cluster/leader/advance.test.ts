import assert from 'node:assert/strict'
import fc from 'fast-check'
import { isOver } from '../../../src/cluster/leader/cluster-view.ts'
import { suite } from '../../support/suite.ts'
import { jobSpec, ModelCluster } from './cluster-model.ts'

const often = <T>(arbitrary: fc.Arbitrary<T>, weight: number): fc.WeightedArbitrary<T> => ({
  arbitrary,
  weight,
})

const action = fc.oneof(
  // Time passes, and everybody is heard.
  often(fc.record({ do: fc.constant('round' as const), ms: fc.integer({ min: 300, max: 1_500 }) }), 8),
  fc.record({ do: fc.constant('pass' as const), ms: fc.integer({ min: 100, max: 2_500 }) }),
  fc.record({ do: fc.constant('beat' as const), who: fc.nat(5) }),
  fc.record({ do: fc.constant('beat' as const), who: fc.nat(5) }),
  fc.record({ do: fc.constantFrom('question' as const, 'answer' as const), who: fc.nat(5) }),
  fc.record({ do: fc.constant('settle' as const), who: fc.nat(5) }),
  fc.record({ do: fc.constant('end' as const), who: fc.nat(5), which: fc.nat(4) }),
  fc.record({ do: fc.constantFrom('join' as const, 'leader' as const, 'submit' as const) }),
  fc.record({ do: fc.constantFrom('kill' as const, 'drain' as const), who: fc.nat(5) }),
  fc.record({ do: fc.constantFrom('stop' as const, 'cancel' as const), job: fc.nat(2) }),
)

suite('advance', (test) => {
  test(
    'whatever is lost or dies, no region is in two slots, and every job ends',
    { timeout: 120_000 },
    () => {
      fc.assert(
        fc.property(fc.array(action, { maxLength: 80 }), (actions) => {
          const cluster = new ModelCluster()
          let jobs = 0
          const submit = (): void =>
            cluster.submit(
              jobSpec(`j${jobs++}`, 1 + (jobs % 5), { services: jobs % 2 === 0 ? ['cache'] : [] }),
            )
          submit()
          cluster.join()
          for (const one of actions) {
            const worker = 'who' in one ? cluster.workers[one.who % cluster.workers.length] : undefined
            if ('who' in one && worker === undefined) continue
            switch (one.do) {
              case 'round':
                cluster.pass(one.ms)
                for (const each of cluster.workers) cluster.beat(each)
                break
              case 'pass':
                cluster.pass(one.ms)
                break
              case 'beat':
                cluster.beat(worker!)
                break
              case 'question':
              case 'answer':
                cluster.beat(worker!, one.do)
                break
              case 'settle':
                worker!.settle()
                break
              case 'end':
                worker!.end((region) => region === `r${one.which}`)
                break
              case 'join':
                if (cluster.workers.length < 6) cluster.join()
                break
              case 'leader':
                cluster.loseLeader()
                break
              case 'submit':
                if (jobs < 3) submit()
                break
              case 'kill':
                cluster.kill(worker!)
                break
              case 'drain':
                worker!.draining = true
                break
              case 'stop':
              case 'cancel':
                cluster.wish(`j${one.job}`, one.do)
            }
          }
          cluster.join()
          cluster.rest(40)
          for (let i = 0; i < jobs; i++) {
            const state = cluster.state(`j${i}`)
            assert.ok(state !== null && isOver(state.status), `j${i} is ${JSON.stringify(state)}`)
            if (state.status === 'completed') assert.equal(Object.keys(state.ended).length, 1 + ((i + 1) % 5))
          }
          for (const worker of cluster.workers) assert.equal(worker.parts.size, 0)
        }),
        { numRuns: 400 },
      )
    },
  )
})
