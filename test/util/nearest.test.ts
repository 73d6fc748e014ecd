import fc from 'fast-check'
import * as assert from 'uvu/assert'
import { nearest } from '../../src/util/nearest.ts'
import { suite } from '../support/suite.ts'

const words = ['name', 'parallelism', 'uid', 'onError', 'concurrency', 'ordered', 'timeout']

suite('nearest', (test) => {
  test('finds what was meant', () => {
    const slips = {
      paralelism: 'parallelism',
      PARALLELISM: 'parallelism',
      parallellism: 'parallelism',
      prarallelims: 'parallelism',
      onerror: 'onError',
      onErorr: 'onError',
      nmae: 'name',
      udi: 'uid',
      id: 'uid',
      parallel: 'parallelism',
      order: 'ordered',
      timeoutMs: 'timeout',
    }
    for (const [slip, meant] of Object.entries(slips)) assert.is(nearest(slip, words), meant, slip)
  })

  test('makes nothing up', () => {
    for (const word of ['', 'x', 'flavour', 'key', 'mode', 'workers']) {
      assert.is(nearest(word, words), undefined, word)
    }
    assert.is(nearest('name', []), undefined)
  })

  test('prefers the nearer', () => {
    assert.is(nearest('counter', ['mounted', 'count', 'counted']), 'counted')
  })

  test('finds a word after any one edit', () => {
    const word = fc.constantFrom(...words)
    fc.assert(
      fc.property(
        word,
        fc.nat(),
        fc.constantFrom('add', 'leave out', 'replace', 'swap'),
        (word, at, edit) => {
          const letters = [...word]
          const place = at % letters.length
          if (edit === 'add') letters.splice(place, 0, '_')
          else if (edit === 'leave out') letters.splice(place, 1)
          else if (edit === 'replace') letters[place] = '_'
          else letters.splice(place, 2, ...letters.slice(place, place + 2).reverse())
          assert.is(nearest(letters.join(''), words), word)
        },
      ),
    )
  })
})
