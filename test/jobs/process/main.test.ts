import { fileURLToPath } from 'node:url'
import { build } from 'esbuild'
import * as assert from 'uvu/assert'
import { suite } from '../../support/suite.ts'

suite('what the process of a job loads', (test) => {
  test('is nothing but this library, as the program brings what it needs itself', async () => {
    const { metafile } = await build({
      entryPoints: [fileURLToPath(new URL('../../../src/jobs/process/main.ts', import.meta.url))],
      bundle: true,
      platform: 'node',
      format: 'esm',
      packages: 'external',
      write: false,
      metafile: true,
    })
    const imports = Object.values(metafile.inputs).flatMap((input) => input.imports.map(({ path }) => path))
    assert.equal(
      imports.filter((path) => !path.startsWith('src/') && !path.startsWith('node:')),
      [],
    )
  })
})
