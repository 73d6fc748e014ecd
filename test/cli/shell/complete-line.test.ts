import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import * as assert from 'uvu/assert'
import { completeLine } from '../../../src/cli/shell/complete-line.ts'
import { suite } from '../../support/suite.ts'

suite('completion in the shell', (test) => {
  test('offers commands, its own, and what JavaScript begins with; no others', async () => {
    for (const [line, ...expected] of [
      ['heal', ['health '], 'heal'],
      ['con', ['config', 'continue', 'context'], 'con'],
      ['shel', undefined],
      ['us', ['use '], 'us'],
      ['jobmanager sta', ['start', 'status'], 'sta'],
      ['  health --output=js', ['--output=json '], '--output=js'],
      ['health --output "js', ['json '], '"js'],
      ['health nothing', [], 'nothing'],
      ['client.jo', undefined],
      ['await jo', undefined],
      ['exit ', [], ''],
    ] as const) {
      const found = await completeLine(line, {})
      const sorted = found && [[...found[0]].sort(), found[1]]
      assert.equal(sorted, expected[0] && [[...expected[0]].sort(), expected[1]], line)
    }
    const [all = []] = (await completeLine('', {})) ?? []
    for (const name of ['health', 'config', 'use', 'exit', 'help', 'client', 'jobs', 'context']) {
      assert.ok(all.includes(name), name)
    }
    assert.not(all.includes('shell'))
  })

  test('offers contexts and paths, quoted where they have to be', async ({ cleanup }) => {
    const folder = mkdtempSync(join(tmpdir(), 'millrace-line-'))
    cleanup(() => rmSync(folder, { recursive: true }))
    writeFileSync(join(folder, 'a token'), '')
    writeFileSync(join(folder, '.hidden'), '')
    mkdirSync(join(folder, 'sub'))
    const env = { MILLRACE_CONFIG: join(folder, 'config.json') }
    writeFileSync(env.MILLRACE_CONFIG, JSON.stringify({ contexts: { near: {}, far: {} } }))
    assert.equal(await completeLine('use ', env), [['near', 'far'], ''])
    assert.equal(await completeLine('use n', env), [['near '], 'n'])
    assert.equal(await completeLine(`health --token-file ${folder}/`, env), [
      [`'${folder}/a token'`, `${folder}/config.json`, `${folder}/sub/`],
      `${folder}/`,
    ])
    assert.equal(await completeLine(`health --token-file=${folder}/s`, env), [
      [`--token-file=${folder}/sub/`],
      `--token-file=${folder}/s`,
    ])
    assert.equal(await completeLine(`jobmanager start --data ${folder}/`, env), [
      [`${folder}/sub/`],
      `${folder}/`,
    ])
    assert.equal(await completeLine('health --token-file /nowhere/', env), [[], '/nowhere/'])
  })
})
