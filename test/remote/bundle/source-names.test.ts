import fc from 'fast-check'
import { join } from 'node:path'
import * as assert from 'uvu/assert'
import { sourceName, withLocalNames } from '../../../src/remote/bundle/source-names.ts'
import { suite } from '../../support/suite.ts'

suite('names of sources', (test) => {
  test('say nothing of the folder, and lead back to it', () => {
    assert.is(sourceName('/home/ada/app', '/home/ada/app/src/main.ts'), 'program:///src/main.ts')
    assert.is(sourceName('/home/ada/app', '/home/ada/lib/a.ts'), 'program:///_up/lib/a.ts')
    const text = 'at f (program:///src/main.ts:3:9) of program:///_up/lib/a.ts:1'
    assert.is(withLocalNames('/x/app', text), 'at f (/x/app/src/main.ts:3:9) of /x/lib/a.ts:1')
  })

  test('can be told in any text, whatever a file is called', () => {
    const step = fc
      .string({ unit: 'binary', minLength: 1 })
      .filter((name) => !/[/\\\0]/.test(name) && !/^\.+$|^_up$/.test(name))
    const path = fc.array(step, { minLength: 1, maxLength: 4 })
    fc.assert(
      fc.property(path, (steps) => {
        const file = join('/root', ...steps)
        const name = sourceName('/root', file)
        assert.match(name, /^program:\/\/\/[\w.@+~/-]+$/)
        // What Node does with it.
        assert.is(new URL(name).href, name)
        for (const around of ['()', "''", '::', '\n\n', '  ']) {
          const told = `${around[0]}${name}:1:2${around[1]}`
          assert.is(withLocalNames('/root', told), `${around[0]}${file}:1:2${around[1]}`)
        }
      }),
    )
  })
})
