// Compares the public API of each entry point with its report in api/. With --update it rewrites the reports.
// It reads the declarations in dist, so build first.

import { Extractor, ExtractorConfig, ExtractorLogLevel } from '@microsoft/api-extractor'
import { mkdirSync } from 'node:fs'
import process from 'node:process'
import { fileURLToPath } from 'node:url'

const root = fileURLToPath(new URL('..', import.meta.url))
const update = process.argv.includes('--update')

const entryPoints = [
  { name: 'millrace', declarations: 'dist/index.d.ts' },
  { name: 'testing', declarations: 'dist/testing/index.d.ts' },
  { name: 'files', declarations: 'dist/connectors/files/index.d.ts' },
  { name: 'http', declarations: 'dist/connectors/http/index.d.ts' },
  { name: 'sse', declarations: 'dist/connectors/sse/index.d.ts' },
  { name: 'websocket', declarations: 'dist/connectors/websocket/index.d.ts' },
  { name: 'watch', declarations: 'dist/connectors/watch/index.d.ts' },
  { name: 'nats', declarations: 'dist/nats/index.d.ts' },
  { name: 'jetstream', declarations: 'dist/connectors/jetstream/index.d.ts' },
  { name: 'kafka', declarations: 'dist/connectors/kafka/index.d.ts' },
  { name: 'ray', declarations: 'dist/ray/index.d.ts' },
  { name: 'client', declarations: 'dist/client/index.d.ts' },
  { name: 'jobs', declarations: 'dist/jobs/index.d.ts' },
]

/** @param {{ name: string, declarations: string }} entryPoint */
const configFor = ({ name, declarations }) =>
  ExtractorConfig.prepare({
    configObject: {
      projectFolder: root,
      mainEntryPointFilePath: `<projectFolder>/${declarations}`,
      newlineKind: 'lf',
      compiler: { tsconfigFilePath: '<projectFolder>/tsconfig.build.json' },
      apiReport: {
        enabled: true,
        reportFileName: `${name}.api.md`,
        reportFolder: '<projectFolder>/api/',
        reportTempFolder: '<projectFolder>/temp/',
      },
      docModel: { enabled: false },
      dtsRollup: { enabled: false },
      tsdocMetadata: { enabled: false },
      messages: {
        compilerMessageReporting: { default: { logLevel: ExtractorLogLevel.Error } },
        extractorMessageReporting: {
          default: { logLevel: ExtractorLogLevel.Warning },
          'ae-missing-release-tag': { logLevel: ExtractorLogLevel.None },
          'ae-internal-missing-underscore': { logLevel: ExtractorLogLevel.None },
          'ae-undocumented': { logLevel: ExtractorLogLevel.None },
          'ae-unresolved-link': { logLevel: ExtractorLogLevel.None },
          'ae-forgotten-export': { logLevel: ExtractorLogLevel.Warning, addToApiReportFile: true },
        },
        tsdocMessageReporting: { default: { logLevel: ExtractorLogLevel.None } },
      },
    },
    configObjectFullPath: undefined,
    packageJsonFullPath: `${root}package.json`,
  })

mkdirSync(`${root}api`, { recursive: true })

let failed = false
for (const entryPoint of entryPoints) {
  const { succeeded, apiReportChanged } = Extractor.invoke(configFor(entryPoint), {
    localBuild: update,
    printApiReportDiff: !update,
    messageCallback: (message) => {
      if (message.messageId === 'console-api-report-not-copied') message.handled = true
    },
  })
  if (apiReportChanged && !update) {
    console.error(`api/${entryPoint.name}.api.md differs from the source. Review it with: npm run api:update`)
  }
  failed ||= !succeeded || (apiReportChanged && !update)
}
process.exitCode = failed ? 1 : 0
