import * as assert from 'uvu/assert'
import { compileInStages } from '../../src/compiler/compile.ts'
import { explainPlan } from '../../src/compiler/explain-plan.ts'
import { hereLine } from '../job/jobs.ts'
import { RecordingEnvironment } from '../stream/recorded.ts'
import { suite } from '../support/suite.ts'
import { everything } from './support.ts'

/** The text, by pass, without what depends on where files are. */
const explained = (env: RecordingEnvironment, parallelism = 1): Record<string, string> => {
  const text = explainPlan(compileInStages(env.graph, parallelism)).replaceAll(/ \(\/[^\n]*\)$/gm, '')
  const passes = text.split(/^== /m).slice(1)
  return Object.fromEntries(passes.map((pass) => [pass.slice(0, pass.indexOf('\n')), pass.slice(pass.indexOf('\n') + 1).trimEnd()])) // prettier-ignore
}

suite('explainPlan', (test) => {
  test('a chain: what is recorded, and what becomes of it', () => {
    const env = new RecordingEnvironment()
    env
      .fromBatch(['a'], { name: 'words' })
      .map((word) => word.length, { name: 'length', parallelism: 2 })
      .keyBy((n) => n)
      .count({ name: 'tally', parallelism: 2, uid: 'lengths' })
      .print({ name: 'table' })
    const passes = explained(env)
    assert.is(
      passes['record'],
      `  n0 source 'words'
  n1 map 'length' <- n0
  n2 keyBy 'keyBy-1' <- n1
  n3 count 'tally' <- n2
  n4 sink 'table' <- n3`,
    )
    assert.is(passes['validate'], passes['record'])
    assert.is(
      passes['place'],
      `  n0 source 'words'
  n1 map 'length' <- n0 x2
  n2 keyBy 'keyBy-1' <- n1 x2
  n3 count 'tally' <- n2 x2 uid=lengths
  n4 sink 'table' <- n3
  n0 -> n1 data rebalance
  n1 -> n2 data forward
  n2 -> n3 data hash keyed
  n3 -> n4 data rebalance
  task t0 x1: n0
  task t1 x2: n1 + n2
  task t2 x2: n3
  task t3 x1: n4
  subtasks: t0[0] in process, t1[0] in process, t1[1] in process, t2[0] in process, t2[1] in process, t3[0] in process`,
    )
  })

  test('one of everything: a loop, side outputs, dead letters, a join, a service', () => {
    assert.is(
      explained(everything())['chain'],
      `  n0 future 'again' <- n4 loop 0
  n1 source 'source' x2
  n2 union 'union-1' <- n1, n0 loop 0
  n3 map 'inside' <- n2 uid=inner loop 0
  n4 filter 'again?' <- n3 loop 0
  n5 process 'split' <- n3 x3
  n6 sideOutput 'sideOutput-1' <- n5 x3
  n7 sink 'late' <- n6
  n8 keyBy 'keyBy-1' <- n5 x3
  n9 reduce 'sum' <- n8 x4
  n10 sink 'sink-2' <- n9
  n11 source 'source-2'
  n12 keyBy 'keyBy-2' <- n11
  n13 join 'join-1' <- n8, n12
  n14 sink 'sink-3' <- n13
  n15 deadLetters 'deadLetters-1'
  n16 sink 'letters' <- n15
  n17 source 'double requests'
  n18 map 'twice' <- n17
  n19 sink 'double reply' <- n18
  n4 -> n0 feedback forward
  n1 -> n2 data rebalance
  n0 -> n2 data forward
  n2 -> n3 data forward
  n3 -> n4 data forward
  n3 -> n5 data rebalance
  n5 -> n6 side 'late' forward
  n6 -> n7 data rebalance
  n5 -> n8 data forward
  n8 -> n9 data hash keyed
  n9 -> n10 data rebalance
  n11 -> n12 data forward
  n8 -> n13 data hash keyed
  n12 -> n13 data hash keyed
  n13 -> n14 data forward
  n3 -> n15 deadLetter forward
  n15 -> n16 data forward
  n17 -> n18 data forward
  n18 -> n19 data forward
  loop 0: n0, n2, n3, n4
  task t0 x1: n0
  task t1 x2: n1
  task t2 x1: n2 + n3
  task t3 x1: n4
  task t4 x3: n5 + n8
  task t5 x3: n6
  task t6 x1: n7
  task t7 x4: n9
  task t8 x1: n10
  task t9 x1: n11 + n12
  task t10 x1: n13 + n14
  task t11 x1: n15 + n16
  task t12 x1: n17 + n18 + n19`,
    )
  })

  test('tells where operators are, warnings, and the same each time', () => {
    const env = new RecordingEnvironment()
    const source = env.fromBatch([1])
    source.print()
    source.map((n) => n, { name: 'lost' })
    const text = explainPlan(compileInStages(env.graph, 1))
    assert.match(text, `n2 map 'lost' <- n0 (${env.last.site?.file}:${hereLine() - 2})`)
    assert.match(text, '  warning n2: ')
    assert.is(explainPlan(compileInStages(env.graph, 1)), text)
  })
})
