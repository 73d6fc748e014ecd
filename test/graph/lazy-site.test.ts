import { inspect } from 'node:util'
import * as assert from 'uvu/assert'
import { addLazySite } from '../../src/graph/lazy-site.ts'
import { suite } from '../support/suite.ts'

const site = { file: '/app/job.ts', line: 1, column: 2 }

suite('addLazySite', (test) => {
  test('asks for the site when somebody else does, and not before', () => {
    let asked = 0
    const node = addLazySite({ id: 'n0' }, () => {
      asked++
      return site
    }) as { id: string; site?: unknown }
    Object.freeze(node)
    assert.is(asked, 0)
    assert.is(node.site, site)
    assert.is(asked, 1)
  })

  test('leaves the node plain data: to JSON, copies and whoever looks at its keys', () => {
    const node = addLazySite({ id: 'n0' }, () => site)
    assert.equal(Reflect.ownKeys(node), ['id', 'site'])
    assert.is(Object.getPrototypeOf(node), Object.prototype)
    assert.equal(JSON.parse(JSON.stringify(node)), { id: 'n0', site })
    assert.equal(structuredClone(node), { id: 'n0', site })
    assert.equal({ ...node }, { id: 'n0', site })
    assert.is(inspect(node), "{ id: 'n0', site: [Getter] }")
  })

  test('keeps the sites of nodes apart', () => {
    const nodes = [1, 2, 3].map((line) => addLazySite({}, () => ({ ...site, line })))
    assert.equal(
      nodes.map((node) => (node as { site?: { line: number } }).site?.line),
      [1, 2, 3],
    )
  })
})
