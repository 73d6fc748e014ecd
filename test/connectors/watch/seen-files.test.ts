import fc from 'fast-check'
import * as assert from 'uvu/assert'
import type { FileState } from '../../../src/connectors/watch/scan-directory.ts'
import { SeenFiles } from '../../../src/connectors/watch/seen-files.ts'
import { suite } from '../../support/suite.ts'

const state = (size: number, mtime = 0): FileState => ({ size, mtime })

const files = (...entries: readonly (readonly [string, FileState])[]): Map<string, FileState> =>
  new Map(entries)

suite('the files seen', (test) => {
  test('come to rest when they have stayed as they are for long enough', () => {
    const seen = new SeenFiles(100)
    assert.equal(seen.compare(files(['a', state(1)]), 0), [])
    assert.is(seen.dueAt, 100)
    assert.equal(seen.compare(files(['a', state(2)]), 90), [], 'it grows')
    assert.is(seen.dueAt, 190)
    assert.equal(seen.compare(files(['a', state(2)]), 189), [])
    const [news] = seen.compare(files(['a', state(2)]), 190)
    assert.equal(news, { path: 'a', state: state(2), kind: 'created' })
    assert.is(seen.dueAt, Infinity)
    seen.give(news!)
    assert.equal(seen.compare(files(['a', state(2)]), 500), [])
    seen.compare(files(['a', state(2, 7)]), 600)
    assert.is(seen.compare(files(['a', state(2, 7)]), 700)[0]!.kind, 'changed')
  })

  test('are forgotten when they are gone', () => {
    const seen = new SeenFiles(0)
    const all = files(['a', state(1)], ['b', state(1)])
    for (const news of seen.compare(all, 0)) seen.give(news)
    seen.compare(files(['b', state(1)]), 1)
    assert.equal([...seen.snapshot().keys()], ['b'])
    assert.equal(
      seen.compare(all, 2).map(({ path, kind }) => [path, kind]),
      [['a', 'created']],
    )
  })

  test('a snapshot is not changed by what comes later', () => {
    const seen = new SeenFiles(0)
    const position = seen.snapshot()
    for (const news of seen.compare(files(['a', state(1)]), 0)) seen.give(news)
    assert.is(position.size, 0)
    const other = new SeenFiles(0)
    other.restore(seen.snapshot())
    assert.equal(other.compare(files(['a', state(1)]), 0), [])
  })

  test('each state of a file that lasts is given once, whatever happens between two looks', () => {
    const looks = fc.array(
      fc.record({ after: fc.nat(60), sizes: fc.dictionary(fc.constantFrom('a', 'b', 'c'), fc.nat(2)) }),
      { maxLength: 30 },
    )
    fc.assert(
      fc.property(looks, (all) => {
        const seen = new SeenFiles(50)
        const given = new Map<string, number>()
        const since = new Map<string, { size: number; at: number }>()
        let now = 0
        for (const { after, sizes } of all) {
          now += after
          const found = files(...Object.entries(sizes).map(([path, size]) => [path, state(size)] as const))
          for (const path of [...given.keys(), ...since.keys()]) {
            if (found.has(path)) continue
            given.delete(path)
            since.delete(path)
          }
          const expected: string[] = []
          for (const [path, { size }] of found) {
            if (since.get(path)?.size !== size) since.set(path, { size, at: now })
            if (given.get(path) === size) since.set(path, { size, at: now })
            else if (now - since.get(path)!.at >= 50) expected.push(path)
          }
          const news = seen.compare(found, now)
          assert.equal(
            news.map(({ path }) => path),
            expected,
          )
          for (const each of news) {
            seen.give(each)
            given.set(each.path, each.state.size)
          }
        }
      }),
    )
  })
})
