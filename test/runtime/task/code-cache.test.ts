import * as assert from 'uvu/assert'
import { CodeCache } from '../../../src/runtime/task/code-cache.ts'
import type { Stage } from '../../../src/runtime/task/stage.ts'
import { suite } from '../../support/suite.ts'
import { createStage } from './support/parts.ts'

const CAPACITY = 128
const source = 'return function loop() { return a }'

const stages = (...calls: Stage['call'][]): Stage[] => calls.map((call) => createStage('value', call))
const addOne = (): Stage['call'] => (v) => (v as number) + 1

suite('CodeCache', (test) => {
  test('gives the same factory for the same source and functions, though closures be made anew', () => {
    const cache = new CodeCache()
    const first = cache.factory(['a'], source, stages(addOne()))
    assert.is(cache.factory(['a'], source, stages(addOne())), first)
    assert.is((first('given') as () => unknown)(), 'given')
  })

  test('gives another factory for other functions, another order of them, or another source', () => {
    const cache = new CodeCache()
    const [one, two]: Stage['call'][] = [(v) => v, (v) => [v]]
    const factories = [
      cache.factory(['a'], source, stages(one!, two!)),
      cache.factory(['a'], source, stages(two!, one!)),
      cache.factory(['a'], source, stages(one!)),
      cache.factory(['a'], source, stages()),
      cache.factory(['a'], `${source} `, stages(one!)),
      new CodeCache().factory(['a'], source, stages(one!)),
    ]
    assert.is(new Set(factories).size, factories.length)
  })

  test('takes functions that have no text of their own', () => {
    const cache = new CodeCache()
    const bound = stages(function (this: unknown) {}.bind(null))
    const builtIn = stages(String)
    assert.is(cache.factory(['a'], source, bound), cache.factory(['a'], source, bound))
    assert.is.not(cache.factory(['a'], source, bound), cache.factory(['a'], source, builtIn))
  })

  test('is bounded: what was used last stays', () => {
    const cache = new CodeCache()
    const shape = (n: number): string => `${source} // ${n}`
    const first = cache.factory(['a'], shape(0), [])
    for (let n = 1; n < CAPACITY; n++) cache.factory(['a'], shape(n), [])
    assert.is(cache.factory(['a'], shape(0), []), first)
    const second = cache.factory(['a'], shape(1), [])
    for (let n = CAPACITY; n < 2 * CAPACITY - 2; n++) cache.factory(['a'], shape(n), [])
    assert.is(cache.factory(['a'], shape(0), []), first)
    assert.is(cache.factory(['a'], shape(1), []), second)
    for (let n = 0; n < CAPACITY; n++) cache.factory(['a'], shape(-1 - n), [])
    assert.is.not(cache.factory(['a'], shape(0), []), first)
  })
})
