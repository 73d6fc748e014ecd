import { readdirSync } from 'node:fs'
import * as assert from 'uvu/assert'
import { layers, mayImport } from '../../lint/layers.js'
import { suite } from '../support/suite.ts'

suite('layers', (test) => {
  test('are listed from the inside out, so that they have no cycle', () => {
    const inner = new Set<string>()
    for (const [layer, imports] of Object.entries(layers)) {
      for (const imported of imports) assert.ok(inner.has(imported), `${layer} imports ${imported}`)
      inner.add(layer)
    }
  })

  test('cover every folder of src', () => {
    const folders = readdirSync('src', { withFileTypes: true }).filter((entry) => entry.isDirectory())
    for (const { name } of folders) assert.ok(name in layers, `src/${name} is not in lint/layers.js`)
  })

  test('let nothing import testing', () => {
    for (const layer of Object.keys(layers)) assert.is(mayImport(layer, 'testing'), layer === 'testing')
  })
})
