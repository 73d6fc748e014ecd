import * as assert from 'uvu/assert'
import { compile } from '../../../src/compiler/compile.ts'
import { ChannelTable } from '../../../src/compiler/instantiate/channel-table.ts'
import type { JobResources } from '../../../src/compiler/instantiate/job-resources.ts'
import { SharedInputs } from '../../../src/compiler/instantiate/shared-inputs.ts'
import { ArrayShare } from '../../../src/runtime/task/heads/array-head.ts'
import { IteratorShare } from '../../../src/runtime/task/heads/iterator-share.ts'
import { CountingWaker } from '../../runtime/task/support/parts.ts'
import { RecordingEnvironment } from '../../stream/recorded.ts'
import { suite } from '../../support/suite.ts'
import { everything } from '../support.ts'

const resources = { chunkSize: 8, edgeCapacity: 2 } as JobResources
const tableOf = (env: RecordingEnvironment, parallelism = 1): ChannelTable =>
  new ChannelTable(compile(env.graph, parallelism), resources, null)

suite('ChannelTable', (test) => {
  test('has a channel for each pair of subtasks that an edge connects, and none within a chain', () => {
    const env = new RecordingEnvironment()
    const source = env.fromBatch([1], { parallelism: 2 }) // n0
    source.map((n) => n, { parallelism: 3 }).print() // n1, n2
    source.map((n) => n, { parallelism: 2 }).print() // n3, n4
    const table = tableOf(env, 3)
    assert.is(table.inputs('n1', 0).length, 2, 'in turn: from every producer')
    assert.is(table.inputs('n2', 0).length, 0, 'fused')
    assert.is(table.inputs('n3', 1).length, 1, 'forward: from its own')
    const [dealt, even] = table.outputs('n0', 1)
    assert.equal([dealt!.edge.to, dealt!.output.buffers.length], ['n1', 3])
    assert.equal([even!.edge.to, even!.output.buffers.length], ['n3', 1])
    assert.is(even!.output.sole!.channel, table.inputs('n3', 1)[0]!.channel)
  })

  test('numbers inputs, and gates what comes into a loop from outside', () => {
    const table = tableOf(everything())
    const inputs = table.inputs('n2', 0).map(({ input, gated }) => [input, gated])
    assert.equal(inputs, [[0, true], [0, true], [1, false]]) // prettier-ignore
    assert.equal(
      table.inputs('n5', 0).map(({ gated }) => gated),
      [false],
    )
  })

  test('edges are bounded, but for the way back into a loop', () => {
    const table = tableOf(everything())
    const fillBy = (node: string): number => {
      const { channel } = table.outputs(node, 0)[0]!.output.buffers[0]!
      channel.packets.subscribe()
      channel.send({ kind: 'watermark', time: 1, idle: false })
      return channel.fill
    }
    assert.equal([fillBy('n1'), fillBy('n4')], [0.5, 0])
  })

  test('keys travel where they are used, and replies on the way to who answers only', () => {
    const env = new RecordingEnvironment()
    env.registerPipeline('double', (requests) => {
      requests.map((n) => n).sink(() => {}) // n1, n2
      return requests.rebalance().map((n) => n, { parallelism: 2 }) // n3, n4
    })
    env.fromBatch([1]).print()
    const table = tableOf(env)
    const carries = (node: string): boolean[] => table.outputs(node, 0).map(({ output }) => output.buffers[0]!.replies !== null) // prettier-ignore
    assert.equal(carries('n0'), [false, true])
    assert.equal(carries('n3'), [true])
    const keyed = tableOf(everything()).outputs('n8', 0).map(({ output }) => output.buffers[0]!.keys !== null) // prettier-ignore
    assert.equal(keyed, [true, true])
  })

  test('wakes the strand that writes an edge, once it is known', () => {
    const env = new RecordingEnvironment()
    env
      .fromBatch([1])
      .map((n) => n, { parallelism: 2 })
      .print()
    const table = tableOf(env)
    const strand = new CountingWaker()
    const { output } = table.outputs('n0', 0)[0]!
    const cancel = (at: number): void => output.buffers[at]!.channel.packets.subscribe().unsubscribe()
    cancel(0)
    table.bind('n0', 0, strand)
    cancel(1)
    assert.is(strand.wakes, 1)
  })
})

suite('SharedInputs', (test) => {
  test('are one for all subtasks of a source, and one for each source', () => {
    const inputs = new SharedInputs(new Map<string, unknown>([['n0', [1]], ['n1', new Set([1])], ['n2', [1]]])) // prettier-ignore
    assert.instance(inputs.batch('n0', 2), ArrayShare)
    assert.instance(inputs.batch('n1', 2), IteratorShare)
    for (const id of ['n0', 'n1', 'n2']) assert.is(inputs.batch(id, 2), inputs.batch(id, 2))
    assert.is.not(inputs.batch('n0', 2), inputs.batch('n2', 2))
  })
})
