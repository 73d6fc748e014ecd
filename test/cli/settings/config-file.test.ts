import {
  chmodSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { homedir, tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import * as assert from 'uvu/assert'
import { configPath, readConfig, stateFolder, writeConfig } from '../../../src/cli/settings/config-file.ts'
import { type TestContext, suite } from '../../support/suite.ts'

const folder = ({ cleanup }: TestContext): string => {
  const path = mkdtempSync(join(tmpdir(), 'millrace-config-'))
  cleanup(() => rmSync(path, { recursive: true }))
  return path
}

const mode = (path: string): number => statSync(path).mode & 0o777

suite('the configuration file', (test) => {
  test('is where the environment says, else in the folders of XDG', () => {
    assert.is(configPath({ MILLRACE_CONFIG: '/x/y.json', XDG_CONFIG_HOME: '/z' }), '/x/y.json')
    assert.is(configPath({ XDG_CONFIG_HOME: '/z' }), '/z/millrace/config.json')
    assert.is(configPath({ XDG_CONFIG_HOME: 'relative' }), join(homedir(), '.config/millrace/config.json'))
    assert.is(stateFolder({ XDG_STATE_HOME: '/s' }), '/s/millrace')
    assert.is(stateFolder({}), join(homedir(), '.local/state/millrace'))
  })

  test("is its owner's alone, also where it was not before, and leaves nothing beside it", (context) => {
    const path = join(folder(context), 'new', 'config.json')
    writeConfig(path, { timeout: 5 })
    assert.equal([mode(path), mode(dirname(path))], [0o600, 0o700])
    chmodSync(path, 0o644)
    writeConfig(path, { timeout: 6 })
    assert.is(mode(path), 0o600)
    assert.equal(readConfig(path), { timeout: 6 })
    assert.equal(readdirSync(dirname(path)), ['config.json'])
  })

  test('that is a link stays one', (context) => {
    const real = join(folder(context), 'real.json')
    const path = join(folder(context), 'config.json')
    writeFileSync(real, '{}')
    symlinkSync(real, path)
    writeConfig(path, { output: 'wide' })
    assert.is(readFileSync(real, 'utf8'), '{\n  "output": "wide"\n}\n')
    assert.equal(readConfig(path), { output: 'wide' })
  })

  test('that cannot be read or written is an error that names it', (context) => {
    const path = folder(context)
    for (const work of [() => readConfig(path), () => writeConfig(path, {})]) {
      assert.throws(work, (error: Error) => error.message.includes(`${path} cannot be`))
    }
  })
})
