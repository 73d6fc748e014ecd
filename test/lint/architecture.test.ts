import { ESLint } from 'eslint'
import typescript from 'typescript-eslint'
import * as assert from 'uvu/assert'
import { architecture } from '../../lint/architecture.js'
import { suite } from '../support/suite.ts'

const eslint = new ESLint({
  overrideConfigFile: true,
  overrideConfig: [{ files: ['**/*.ts'], languageOptions: { parser: typescript.parser } }, ...architecture],
})

const lint = async (filePath: string, code: string): Promise<string[]> => {
  const results = await eslint.lintText(code, { filePath })
  return results.flatMap(({ messages }) => messages.map(({ ruleId, message }) => `${ruleId}: ${message}`))
}

const accepts = async (filePath: string, code: string): Promise<void> =>
  assert.equal(await lint(filePath, code), [], code)

const rejects = async (filePath: string, code: string, expected: string): Promise<void> => {
  const found = await lint(filePath, code)
  assert.is(found.length, 1, `${code}\n${found.join('\n')}`)
  assert.match(found[0]!, expected)
}

suite('millrace/import-direction', (test) => {
  const rule = 'millrace/import-direction'

  test('accepts imports that go inwards, and packages', async () => {
    await accepts('src/runtime/a.ts', "import { b } from '../graph/b.ts'\nb()")
    await accepts('src/runtime/a.ts', "import { b } from './tasks/b.ts'\nb()")
    await accepts('src/runtime/a.ts', "import { of } from 'rxjs'\nof()")
    await accepts('src/index.ts', "export { a } from './environment/a.ts'")
    await accepts('src/testing/index.ts', "export { a } from '../environment/a.ts'")
  })

  test('rejects imports that go outwards, in every form', async () => {
    const message = `${rule}: "graph" may not import "runtime": it may import errors, util, functions.`
    await rejects('src/graph/a.ts', "import { b } from '../runtime/b.ts'\nb()", message)
    await rejects('src/graph/a.ts', "import type { B } from '../runtime/b.ts'\nexport type A = B", message)
    await rejects('src/graph/a.ts', "export { b } from '../runtime/b.ts'", message)
    await rejects('src/graph/a.ts', "export * from '../runtime/b.ts'", message)
    await rejects('src/graph/a.ts', "export const b = import('../runtime/b.ts')", message)
    await rejects('src/graph/a.ts', "export type B = import('../runtime/b.ts').B", message)
  })

  test('rejects imports of testing from anywhere else', async () => {
    await rejects('src/environment/a.ts', "export { b } from '../testing/b.ts'", 'may not import "testing"')
    await rejects('src/index.ts', "export { b } from './testing/index.ts'", 'may not import "testing"')
  })

  test('rejects imports of an entry point', () =>
    rejects('src/runtime/a.ts', "export { b } from '../index.ts'", 'may not import "entry point"'))

  test('rejects folders that are not in the table', async () => {
    await rejects(
      'src/runtime/a.ts',
      "export { b } from '../helpers/b.ts'",
      'src/helpers is not in the table',
    )
    await rejects('src/helpers/a.ts', 'export const a = 1', 'src/helpers is not in the table')
  })

  test('rejects imports from outside of src', () =>
    rejects('src/runtime/a.ts', "export { b } from '../../test/b.ts'", 'lies outside'))

  test('leaves other folders alone', () => accepts('test/a.ts', "export { b } from '../src/runtime/b.ts'"))
})

suite('time and randomness', (test) => {
  const uses = [
    'setTimeout(() => 1, 1)',
    'setInterval(() => 1, 1)',
    'setImmediate(() => 1)',
    'clearTimeout(1)',
    'queueMicrotask(() => 1)',
    'globalThis.setTimeout(() => 1, 1)',
    'Date.now()',
    'performance.now()',
    'Math.random()',
    'process.nextTick(() => 1)',
    'new Date()',
    'Date()',
    "import { setTimeout as sleep } from 'node:timers/promises'",
    "import { asyncScheduler } from 'rxjs'",
  ]
  for (const code of uses) {
    test(`rejects ${code}`, () => rejects('src/runtime/a.ts', code, 'Clock of the job'))
  }

  test('accepts them in the real clock and outside of src', async () => {
    for (const code of uses) {
      await accepts('src/time/real-clock.ts', code)
      await accepts('test/a.ts', code)
    }
  })

  test('accepts dates made from a given time', () =>
    accepts('src/runtime/a.ts', 'export const a = new Date(0)'))
})

suite('files of src', (test) => {
  test('have at most 300 lines', async () => {
    const lines = (count: number): string => Array.from({ length: count }, () => 'f()').join('\n')
    await accepts('src/runtime/a.ts', lines(300))
    await rejects('src/runtime/a.ts', lines(301), 'max-lines')
  })

  test('have named exports only', async () => {
    await rejects('src/runtime/a.ts', 'export default 1', 'Use a named export')
    await rejects('src/runtime/a.ts', 'const a = 1\nexport { a as default }', 'Use a named export')
    await rejects('src/time/real-clock.ts', 'export default 1', 'Use a named export')
    await accepts('eslint.config.js', 'export default 1')
  })
})

suite('millrace/disable-needs-reason', (test) => {
  test('rejects a missing reason and a missing rule', async () => {
    const code = 'export default 1'
    const found = await lint('src/runtime/a.ts', `// eslint-disable-next-line no-restricted-syntax\n${code}`)
    assert.is(found.length, 1)
    assert.match(found[0]!, 'Say why')
    assert.equal(
      await lint(
        'src/runtime/a.ts',
        `// eslint-disable-next-line no-restricted-syntax -- shown here\n${code}`,
      ),
      [],
    )
    assert.match(
      (await lint('src/runtime/a.ts', `// eslint-disable-next-line -- all\n${code}`)).join(),
      'Name the rule',
    )
  })

  test('rejects a directive that switches nothing off', () =>
    rejects(
      'src/runtime/a.ts',
      '// eslint-disable-next-line max-lines -- none here\nf()',
      'Unused eslint-disable',
    ))
})
