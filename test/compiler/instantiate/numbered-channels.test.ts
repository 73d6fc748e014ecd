import fc from 'fast-check'
import * as assert from 'uvu/assert'
import { compile } from '../../../src/compiler/compile.ts'
import {
  type NumberedChannel,
  numberedChannels,
} from '../../../src/compiler/instantiate/numbered-channels.ts'
import { nodeOf, type Plan } from '../../../src/compiler/plan.ts'
import { RecordingEnvironment } from '../../stream/recorded.ts'
import { suite } from '../../support/suite.ts'
import { everything } from '../support.ts'

const step = fc.record({
  kind: fc.constantFrom('map', 'rebalance', 'broadcast', 'count', 'branch', 'union'),
  parallelism: fc.integer({ min: 1, max: 4 }),
  thread: fc.constantFrom(undefined, 0, 1),
})

type Step = typeof step extends fc.Arbitrary<infer T> ? T : never

/** The same program, as each thread loads it. */
const planOf = (steps: readonly Step[]): Plan => {
  const env = new RecordingEnvironment()
  let stream = env.fromBatch([1])
  for (const { kind, parallelism, thread } of steps) {
    const options = { parallelism, ...(thread !== undefined && { placement: { thread } }) }
    const increase = (n: number): number => n + 1
    if (kind === 'map') stream = stream.map(increase, options)
    else if (kind === 'rebalance') stream = stream.rebalance().map(increase, options)
    else if (kind === 'broadcast') stream = stream.broadcast().map(increase, options)
    else if (kind === 'union') stream = stream.union(env.fromBatch([2])).map(increase, options)
    else if (kind === 'branch') stream.map(increase, options).sink(() => {})
    else {
      stream = stream
        .keyBy((n) => n)
        .count(options)
        .map(([key]) => key)
    }
  }
  stream.sink(() => {})
  return compile(env.graph, 2, { placement: 'process', count: 2, schedule: 'least-loaded' })
}

const told = ({ number, edge, producer, consumer }: NumberedChannel): string =>
  `${number}: ${edge.from}[${producer}] > ${edge.to}[${consumer}] ${edge.role.type} ${edge.route}`

const check = (plan: Plan): void => {
  const channels = [...numberedChannels(plan)]
  assert.equal(
    channels.map(({ number }) => number),
    channels.map((_, index) => index + 1),
  )
  const ways = channels.map((channel) => told({ ...channel, number: 0 }))
  assert.is(new Set(ways).size, ways.length, 'no two between the same subtasks')
  for (const edge of plan.edges) {
    const own = channels.filter((channel) => channel.edge === edge)
    const isFused =
      edge.role.type === 'data' &&
      plan.tasks.some(({ nodes }) => nodes.includes(edge.from) && nodes.includes(edge.to))
    const [from, to] = [edge.from, edge.to].map((id) => nodeOf(plan, id).parallelism) as [number, number]
    const expected = isFused ? 0 : edge.route === 'forward' ? Math.min(from, to) : from * to
    assert.is(own.length, expected, `${edge.from} > ${edge.to}`)
  }
}

suite('numberedChannels', (test) => {
  test('numbers alike wherever a program is loaded, each pair of subtasks once, and none within a chain', () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 8 }), (steps) => {
        const plan = planOf(steps)
        check(plan)
        assert.equal([...numberedChannels(planOf(steps))].map(told), [...numberedChannels(plan)].map(told))
      }),
      { numRuns: 60 },
    )
  })

  test('of side outputs, dead letters, loops and services there are some within a task', () => {
    const plan = compile(everything().graph, 2)
    check(plan)
    assert.ok([...numberedChannels(plan)].some(({ edge }) => edge.role.type !== 'data'))
  })
})
