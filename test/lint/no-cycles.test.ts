import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import * as assert from 'uvu/assert'
import { findCycles } from '../../lint/no-cycles.js'
import { suite } from '../support/suite.ts'

const cyclesOf = (files: Readonly<Record<string, string>>): string[][] => {
  const folder = mkdtempSync(path.join(os.tmpdir(), 'cycles-'))
  try {
    for (const [name, text] of Object.entries(files)) {
      mkdirSync(path.dirname(path.join(folder, name)), { recursive: true })
      writeFileSync(path.join(folder, name), text)
    }
    return findCycles(folder)
  } finally {
    rmSync(folder, { recursive: true })
  }
}

suite('no-cycles', (test) => {
  test('finds a circle of imports and exports across folders', () => {
    assert.equal(
      cyclesOf({
        'a.ts': "import { b } from './inner/b.ts'\nb()",
        'inner/b.ts': "export * from './c.ts'",
        'inner/c.ts': "import { a } from '../a.ts'\na()",
        'd.ts': "import './a.ts'",
      }),
      [['a.ts', 'inner/b.ts', 'inner/c.ts', 'a.ts']],
    )
  })

  test('finds a file that imports itself', () => {
    assert.equal(cyclesOf({ 'a.ts': "import './a.ts'" }), [['a.ts', 'a.ts']])
  })

  test('does not count imports of types', () => {
    assert.equal(
      cyclesOf({
        'a.ts': "import type { B } from './b.ts'\nexport type { C } from './b.ts'\nexport type A = B",
        'b.ts': "import { a } from './a.ts'\na()",
      }),
      [],
    )
  })

  test('does not take a diamond for a circle', () => {
    assert.equal(
      cyclesOf({
        'a.ts': "import './b.ts'\nimport './c.ts'",
        'b.ts': "import './d.ts'",
        'c.ts': "import './d.ts'",
        'd.ts': '',
      }),
      [],
    )
  })

  test('finds none in src', () => assert.equal(findCycles('src'), []))
})
