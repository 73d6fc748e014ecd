import { spawnSync } from 'node:child_process'
import process from 'node:process'
import * as assert from 'uvu/assert'
import { suite } from '../support/suite.ts'

// The other files of this folder assert types: `expectTypeOf` and `// @ts-expect-error` mean something only to the
// compiler, so this test runs it over all of them.
suite('types', (test) => {
  test('the compiler accepts every file of test/types', { timeout: 150_000 }, () => {
    const compiler = ['node_modules/typescript/bin/tsc', '--noEmit', '-p', 'test/types/tsconfig.json']
    const { status, stdout } = spawnSync(process.execPath, compiler, { encoding: 'utf8' })
    assert.is(status, 0, `\n${stdout}`)
  })
})
