// Runs every test/**/*.test.ts, or those whose paths contain one of the arguments.
//
//   npm test                     everything
//   npm test -- window graph     files whose path contains "window" or "graph"
//   npm test -- --jobs=1 --file-timeout=60000

import { readdirSync } from 'node:fs'
import process from 'node:process'
import { build } from './built/build.ts'
import { provideKafka } from './kafka/find-kafka.ts'
import { provideServer } from './nats/find-server.ts'
import { endAll, type FileResult, runFiles, type RunOptions } from './run-files.ts'
import { keepTimes, slowestFirst } from './slowest-first.ts'

const isOption = (argument: string): boolean => argument.startsWith('--')

const parseOptions = (options: readonly string[]): RunOptions => {
  let parsed: RunOptions = {}
  for (const option of options) {
    const [, name, value] = /^--(jobs|file-timeout)=(\d+)$/.exec(option) ?? []
    if (name === 'jobs') parsed = { ...parsed, jobs: Number(value) }
    else if (name === 'file-timeout') parsed = { ...parsed, fileTimeout: Number(value) }
    else throw new Error(`unknown option ${option}: there are --jobs=N and --file-timeout=MILLISECONDS`)
  }
  return parsed
}

const findFiles = (filters: readonly string[]): string[] =>
  readdirSync('test', { recursive: true, encoding: 'utf8' })
    .map((file) => `test/${file.replaceAll('\\', '/')}`)
    .filter((file) => file.endsWith('.test.ts'))
    .filter((file) => filters.length === 0 || filters.some((filter) => file.includes(filter)))

const printFile = ({ file, passed, failed, milliseconds }: FileResult): void => {
  const verdict = failed === 0 ? 'ok  ' : 'FAIL'
  const counts = failed === 0 ? `${passed} passed` : `${passed} passed, ${failed} failed`
  console.log(`${verdict} ${file}  ${counts}  ${(milliseconds / 1000).toFixed(1)} s`)
}

const printFailure = ({ file, problem, output }: FileResult): void => {
  console.log(`\n--- ${file}`)
  if (output !== '') console.log(output.trimEnd())
  if (problem !== undefined) console.log(`\n${file} ${problem}`)
}

const sum = (results: readonly FileResult[], key: 'passed' | 'failed' | 'skipped'): number =>
  results.reduce((total, result) => total + result[key], 0)

for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  process.once(signal, () => {
    endAll()
    process.exit(1)
  })
}

// Files and all that they start take it from there.
delete process.env['TEST_BUILT']
// Coverage is of the sources.
if (process.env['NODE_V8_COVERAGE'] === undefined) {
  try {
    process.env['TEST_BUILT'] = await build()
  } catch {
    console.log('a module cannot be translated, as said above: each is translated when it is loaded\n')
  }
}

const args = process.argv.slice(2)
const filters = args.filter((argument) => !isOption(argument))
const files = findFiles(filters)
if (files.some((file) => /\b(nats|cluster|jetstream)\b/.test(file))) provideServer()
if (files.some((file) => /\bkafka\b/.test(file))) provideKafka()
const results = await runFiles(slowestFirst(files), {
  ...parseOptions(args.filter(isOption)),
  onFile: printFile,
})

keepTimes(results)

for (const result of results) if (result.failed > 0) printFailure(result)

const passed = sum(results, 'passed')
const failed = sum(results, 'failed')
const skipped = sum(results, 'skipped')
if (passed + failed === 0) console.log(`no test ran${filters.length > 0 ? ` for ${filters.join(' ')}` : ''}`)
if (skipped > 0) {
  console.log(`\n${skipped} skipped:`)
  for (const { file, skippedTests } of results)
    for (const test of skippedTests) console.log(`  ${file}  ${test}`)
}
console.log(`\n${passed} passed, ${failed} failed`)
process.exitCode = failed > 0 || passed === 0 ? 1 : 0
