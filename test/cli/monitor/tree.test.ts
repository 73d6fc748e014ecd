import fc from 'fast-check'
import * as assert from 'uvu/assert'
import { asTree, type TreeNode } from '../../../src/cli/monitor/view/tree.ts'
import { suite } from '../../support/suite.ts'

/** `b: a` is b, which reads from a. */
const graph = (...lines: readonly string[]): readonly TreeNode[] =>
  lines.map((line) => {
    const [id = '', inputs = ''] = line.split(': ')
    return { id, inputs: inputs === '' ? [] : inputs.split(' ') }
  })

const drawn = (...lines: readonly string[]): readonly string[] =>
  asTree(graph(...lines)).map(({ node, lead, isAgain }) => `${lead}${node.id}${isAgain ? ' again' : ''}`)

suite('asTree', (test) => {
  test('keeps a chain at one depth', () => {
    assert.equal(drawn('source', 'map: source', 'sink: map'), ['source', 'map', 'sink'])
  })

  test('draws ways that part', () => {
    assert.equal(drawn('source', 'map: source', 'a: map', 'b: map', 'c: a', 'd: source'), [
      'source',
      '├ map',
      '│ ├ a',
      '│ │ c',
      '│ └ b',
      '└ d',
    ])
  })

  test('names again where inputs meet, and where a loop closes', () => {
    assert.equal(drawn('left', 'right', 'join: left right', 'sink: join'), [
      'left',
      'join',
      'sink',
      'right',
      'join again',
    ])
    assert.equal(drawn('head: tail', 'step: head', 'tail: step'), ['head', 'step', 'tail', 'head again'])
    assert.equal(drawn('self: self self'), ['self', 'self again'])
  })

  test('is not thrown by inputs that nobody knows', () => {
    assert.equal(drawn('letters: gone', 'sink: letters'), ['letters', 'sink'])
    assert.equal(drawn(), [])
  })

  test('has each node once, and each edge, whatever the graph', () => {
    const anyGraph = fc
      .array(fc.array(fc.nat(12), { maxLength: 3 }), { maxLength: 12 })
      .map((rows) => rows.map((inputs, i) => ({ id: `${i}`, inputs: inputs.map(String) })))
    fc.assert(
      fc.property(anyGraph, (nodes) => {
        const places = asTree(nodes)
        const first = places.filter(({ isAgain }) => !isAgain).map(({ node }) => node.id)
        assert.equal([...first].sort(), nodes.map(({ id }) => id).sort())
        const edges = nodes.reduce(
          (sum, { inputs }) => sum + [...new Set(inputs)].filter((id) => Number(id) < nodes.length).length,
          0,
        )
        assert.ok(places.length <= nodes.length + edges)
      }),
    )
  })

  test('goes through a pipeline that is longer than the stack', () => {
    const long = Array.from({ length: 50_000 }, (_, i) => ({
      id: `${i}`,
      inputs: i === 0 ? [] : [`${i - 1}`],
    }))
    assert.is(asTree(long).length, long.length)
  })
})
