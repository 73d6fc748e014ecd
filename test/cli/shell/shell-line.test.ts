import { homedir } from 'node:os'
import { join } from 'node:path'
import * as assert from 'uvu/assert'
import { isJavascript, readCommand } from '../../../src/cli/shell/shell-line.ts'
import { suite } from '../../support/suite.ts'

suite('a line of the shell', (test) => {
  test('is a command where it begins with one, and else JavaScript', () => {
    for (const line of [
      'health',
      '  health -o json',
      'use production',
      'exit',
      'health | jq',
      'health;',
      '',
      '# x',
    ]) {
      assert.is(isJavascript(line), false, line)
    }
    for (const line of [
      'await jobs()',
      'health()',
      'config = 1',
      'config.x',
      'config === 2',
      'healthy',
      'const health = 1',
      '"health"[0]',
      '{ health: 1 }',
      '(health)',
      'test ? 1 : 2',
      'let a = 1 # no comment',
    ]) {
      assert.is(isJavascript(line), true, line)
    }
  })

  test('is read with its quotes, and with ~ as the home', () => {
    assert.equal(readCommand(`config set-context x --url 'http://a b' # later`), {
      kind: 'command',
      words: ['config', 'set-context', 'x', '--url', 'http://a b'],
    })
    assert.equal(readCommand(String.raw`health --token-file ~/a\ b "~/c"`), {
      kind: 'command',
      words: ['health', '--token-file', join(homedir(), 'a b'), '~/c'],
    })
    assert.equal(readCommand('use production'), { kind: 'own', name: 'use', rest: ['production'] })
    assert.equal(readCommand('  # nothing'), { kind: 'nothing' })
  })

  test('is refused where a shell would do more with it', () => {
    for (const [line, expected] of [
      ['health | jq', /`\|`; here it means nothing/],
      ['health>file', /`>`/],
      ['health; health', /`;`/],
      ['config set output "wide', /quote or backslash is open/],
      ['health \\', /quote or backslash is open/],
    ] as const) {
      assert.throws(() => readCommand(line), expected, line)
    }
  })
})
