import * as assert from 'uvu/assert'
import { toMermaid } from '../../src/graph/to-mermaid.ts'
import { RecordingEnvironment } from '../stream/recorded.ts'
import { suite } from '../support/suite.ts'

const same = (n: number): number => n

suite('toMermaid', (test) => {
  test('draws nodes by role and edges by routing', () => {
    const env = new RecordingEnvironment()
    const again = env.fromFuture<number>('again')
    const split = env
      .fromBatch([1], { parallelism: 2 })
      .union(again)
      .process<number>(() => {}, { name: 'split' })
    split.keyBy(same).count().print()
    split.sideOutput<number>('retry').rebalance().map(same).fillFuture(again)
    split.broadcast().sink(() => {}, { name: 'out' })
    assert.is(
      toMermaid(env.graph),
      `flowchart LR
  n0(("again"))
  n1(["source-1 ×2"])
  n2{{"union-1"}}
  n3{{"split"}}
  n4["keyBy-1"]
  n5{{"count-1"}}
  n6[("sink-1")]
  n7["sideOutput-1"]
  n8["rebalance-1"]
  n9["map-1"]
  n10["broadcast-1"]
  n11[("out")]
  n9 -. feedback .-> n0
  n1 --> n2
  n0 --> n2
  n2 --> n3
  n3 --> n4
  n4 -- hash --> n5
  n5 --> n6
  n3 -- "retry" --> n7
  n7 --> n8
  n8 -- rebalance --> n9
  n3 --> n10
  n10 -- broadcast --> n11
`,
    )
  })

  test('escapes what a name may hold', () => {
    const env = new RecordingEnvironment()
    env.fromBatch([1], { name: 'a "quoted" <b> #1;\n' })
    assert.is(toMermaid(env.graph), 'flowchart LR\n  n0(["a #34;quoted#34; #60;b#62; #35;1#59;#10;"])\n')
  })

  test('draws an empty graph', () => {
    assert.is(toMermaid(new RecordingEnvironment().graph), 'flowchart LR\n')
  })
})
