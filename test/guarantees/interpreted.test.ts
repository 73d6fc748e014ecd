import { execFile } from 'node:child_process'
import process from 'node:process'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import * as assert from 'uvu/assert'
import { typescript } from '../support/node-arguments.ts'
import { codeGenerationAllowed } from '../../src/runtime/task/generated-loop.ts'
import { suite } from '../support/suite.ts'
import { outcomes } from './support/any-graph.ts'

const seed = Number(process.env['MILLRACE_SEED'] ?? 20_260)
const count = 60
const script = fileURLToPath(new URL('support/print-outcomes.ts', import.meta.url))
const flags = ['--disallow-code-generation-from-strings', ...typescript()]

suite('guarantees: without code generation', (test) => {
  test('random graphs give the same, and balance their books', { timeout: 60_000 }, async ({ signal }) => {
    const args = [...flags, script, String(seed), String(count)]
    const [{ stdout }, generated] = await Promise.all([
      promisify(execFile)(process.execPath, args, { signal, maxBuffer: 2 ** 26 }),
      outcomes(seed, count),
    ])
    const [allowed, ...interpreted] = stdout
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line) as unknown)
    assert.equal(allowed, { codeGenerationAllowed: false })
    assert.ok(codeGenerationAllowed)
    assert.is(interpreted.length, count)
    generated.forEach((outcome, i) => assert.equal(interpreted[i], outcome, `graph ${i} of seed ${seed}`))
  })
})
