import * as fc from 'fast-check'
import * as assert from 'uvu/assert'
import { Groups } from '../../../src/cluster/regions/groups.ts'
import { suite } from '../../support/suite.ts'

const members = Array.from({ length: 12 }, (_, i) => `m${i}`)
const pair = fc.tuple(fc.nat(11), fc.nat(11))

/** What can be reached from each, by looking until nothing is new. */
function reached(pairs: readonly (readonly [number, number])[]): string[][] {
  const groups: Set<string>[] = []
  for (const member of members) {
    if (groups.some((group) => group.has(member))) continue
    const group = new Set([member])
    for (let size = 0; size < group.size;) {
      size = group.size
      for (const [a, b] of pairs) {
        if (!group.has(`m${a}`) && !group.has(`m${b}`)) continue
        group.add(`m${a}`).add(`m${b}`)
      }
    }
    groups.push(group)
  }
  return groups.map((group) => members.filter((member) => group.has(member)))
}

suite('groups', (test) => {
  test('hold what belongs together, in the order of members, in whatever order it was joined', () =>
    fc.assert(
      fc.property(fc.array(pair, { maxLength: 14 }), (pairs) => {
        const groups = new Groups(members)
        for (const [a, b] of pairs) groups.join(`m${a}`, `m${b}`)
        assert.equal(groups.all, reached(pairs))
      }),
    ))
})
