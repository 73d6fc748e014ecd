import { pathToFileURL } from 'node:url'
import * as assert from 'uvu/assert'
import { threadCode } from '../../../src/environment/threads/thread-code.ts'
import { suite } from '../../support/suite.ts'

const linesOf = (entry: string, argv: readonly string[]): readonly string[] =>
  decodeURIComponent(threadCode({ entry, argv }).pathname.replace(/^text\/javascript,/, '')).split(';\n')

suite('what a thread runs', (test) => {
  test('is the program, with its arguments, whatever is in its name', () => {
    const entry = '/a folder/it\'s "50%"#1.ts'
    const lines = linesOf(entry, ['a b', '{"c":"d"}'])
    assert.is(lines[1], `process.argv = ${JSON.stringify([process.execPath, entry, 'a b', '{"c":"d"}'])}`)
    assert.is(lines.at(-1), `await import(${JSON.stringify(pathToFileURL(entry).href)})`)
  })

  test('is translated there as here', () => {
    const lines = linesOf('/job.ts', [])
    const isTranslated = process.execArgv.some((argument) => argument.includes('tsx'))
    assert.is(lines.length, isTranslated ? 4 : 3)
    if (isTranslated) assert.match(lines[2]!, /tsx.*\.mjs"\)\)\.register\(\)$/)
  })
})
