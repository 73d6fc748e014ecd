import { mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import * as assert from 'uvu/assert'
import { InvalidArgumentError } from '../../../src/index.ts'
import { findEntry } from '../../../src/environment/seat/find-entry.ts'
import { suite, type TestContext } from '../../support/suite.ts'

const folderOf = ({ cleanup }: TestContext): string => {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), 'millrace-entry-')))
  cleanup(() => rmSync(folder, { recursive: true }))
  mkdirSync(join(folder, 'node_modules/tool'), { recursive: true })
  mkdirSync(join(folder, 'app'))
  for (const file of ['main.ts', 'other.ts', 'it.test.ts', 'app/index.mjs', 'node_modules/tool/cli.js']) {
    writeFileSync(join(folder, file), '')
  }
  return folder
}

suite('the entry of a program', (test) => {
  test('is the program that runs, with or without its extension, behind links', (context) => {
    const folder = folderOf(context)
    symlinkSync(join(folder, 'main.ts'), join(folder, 'linked'))
    const running = (path: string): unknown => findEntry(undefined, { argv: ['node', path], env: {} })
    assert.equal(running(join(folder, 'main.ts')), { file: join(folder, 'main.ts'), isRunning: true })
    assert.equal(running(join(folder, 'main')), { file: join(folder, 'main.ts'), isRunning: true })
    assert.equal(running(join(folder, 'linked')), { file: join(folder, 'main.ts'), isRunning: true })
    assert.equal(running(join(folder, 'app')), { file: join(folder, 'app/index.mjs'), isRunning: true })
  })

  test('is what it is told to be, by path or URL', (context) => {
    const folder = folderOf(context)
    const argv = ['node', join(folder, 'main.ts')]
    const url = pathToFileURL(join(folder, 'other.ts'))
    const file = join(folder, 'other.ts')
    for (const entry of [file, url, url.href]) {
      assert.equal(findEntry(entry, { argv, env: {} }), { file, isRunning: false })
    }
    assert.is(findEntry(join(folder, 'main.ts'), { argv, env: {} }).isRunning, true)
    assert.is(findEntry(file, { argv: ['node'], env: { VITEST: '1' } }).file, file)
  })

  test('has to be told where a tool, a test or nothing at all runs', (context) => {
    const folder = folderOf(context)
    const refused = (path: string | undefined, env: NodeJS.ProcessEnv = {}): string => {
      try {
        findEntry(undefined, { argv: path === undefined ? ['node'] : ['node', path], env })
      } catch (error) {
        assert.instance(error, InvalidArgumentError)
        assert.match((error as Error).message, 'entry: import.meta.url')
        return (error as Error).message
      }
      return 'not refused'
    }
    assert.match(refused(undefined), 'code typed in or piped')
    assert.match(refused('-'), 'code typed in or piped')
    assert.match(refused(join(folder, 'none.ts')), 'there is no file')
    assert.match(refused(join(folder, 'node_modules/tool/cli.js')), "'cli.js', a tool that runs others")
    assert.match(refused(join(folder, 'it.test.ts')), 'is a test')
    assert.match(refused(join(folder, 'main.ts'), { NODE_TEST_CONTEXT: 'child' }), 'NODE_TEST_CONTEXT')
    assert.throws(
      () => findEntry(join(folder, 'none.ts'), { argv: ['node'], env: {} }),
      (error: unknown) => error instanceof InvalidArgumentError,
    )
  })
})
