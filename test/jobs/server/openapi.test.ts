import { spawnSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import process from 'node:process'
import { pathToFileURL } from 'node:url'
import { createClient } from '@hey-api/openapi-ts'
import { Validator } from '@seriousme/openapi-schema-validator'
import * as assert from 'uvu/assert'
import { startJobServer } from '../../../src/jobs/server/start-job-server.ts'
import { suite, type TestContext } from '../../support/suite.ts'
import { callable } from './call.ts'
import { FakeManager } from './fake-manager.ts'
import { generatedClientProgram } from './generated-client-program.ts'
import { pageAsset, pagePlaces } from '../../../src/jobs/server/routes/page-routes.ts'

interface Operation {
  readonly operationId: string
  readonly summary: string
  readonly security?: readonly object[]
  readonly parameters?: readonly { readonly name: string; readonly in: string }[]
  readonly requestBody?: unknown
  readonly responses: Readonly<Record<string, { readonly content?: Readonly<Record<string, unknown>> }>>
}

interface Document {
  readonly openapi: string
  readonly components: {
    readonly schemas: Readonly<Record<string, unknown>>
    readonly securitySchemes: object
  }
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>
}

const documentOf = async (context: TestContext): Promise<Document> =>
  (await callable(context).call('GET /openapi.json')).body as unknown as Document

const token = 'a-token-of-the-start-that-is-long'

suite(
  'the OpenAPI document',
  (test) => {
    test('is valid', async (context) => {
      const document = await documentOf(context)
      assert.is(document.openapi, '3.1.0')
      const { valid, errors } = await new Validator().validate(structuredClone(document) as never)
      assert.ok(valid, JSON.stringify(errors))
    })

    test('has every route, and no other', async (context) => {
      const { app } = callable(context)
      const undescribed = ['/openapi.json', pageAsset, ...pagePlaces]
      const routes = app.routes
        .filter(({ method, path }) => method !== 'ALL' && !undescribed.includes(path))
        .map(({ method, path }) => `${method} ${path.replaceAll(/:(\w+)/g, '{$1}')}`)
      const { paths } = await documentOf(context)
      const described = Object.entries(paths).flatMap(([path, item]) =>
        Object.keys(item).map((method) => `${method.toUpperCase()} ${path}`),
      )
      assert.equal(described.sort(), [...new Set(routes)].sort())
      assert.is(described.length, 51)
    })

    test('tells of every operation what it is called, who may, and how it may refuse', async (context) => {
      const { paths, components } = await documentOf(context)
      const ids = new Set<string>()
      for (const [path, item] of Object.entries(paths)) {
        for (const operation of Object.values(item)) {
          const { operationId, summary, security, responses, requestBody } = operation
          assert.ok(summary.length > 0)
          assert.not(ids.has(operationId))
          ids.add(operationId)
          for (const [, name] of path.matchAll(/\{(\w+)\}/g)) {
            assert.ok(
              operation.parameters!.some((parameter) => parameter.name === name && parameter.in === 'path'),
            )
          }
          for (const [status, { content }] of Object.entries(responses)) {
            if (status === '204' || status === '304') continue
            const types = Object.keys(content!)
            const problem = Number(status) >= 400 && operationId !== 'isReady'
            if (problem) assert.equal(types, ['application/problem+json'], `${operationId} ${status}`)
          }
          const open = ['isAlive', 'isReady', 'receiveWebhook'].includes(operationId)
          assert.is(security === undefined, open, operationId)
          if (open) continue
          const refused = [
            400,
            401,
            403,
            429,
            500,
            503,
            ...(requestBody === undefined ? [] : [413, 415, 422]),
          ]
          for (const status of refused) assert.ok(String(status) in responses, `${operationId} ${status}`)
        }
      }
      assert.ok('bearer' in components.securitySchemes)
      for (const name of [
        'Job',
        'JobSummary',
        'JobEvent',
        'LogLine',
        'Problem',
        'Submission',
        'EventGap',
        'Hash',
      ]) {
        assert.ok(name in components.schemas, name)
      }
    })

    test('names no schema that is null for some', async (context) => {
      const { components } = await documentOf(context)
      for (const [name, schema] of Object.entries(components.schemas)) {
        assert.not(JSON.stringify((schema as { type?: unknown }).type ?? '').includes('null'), name)
      }
    })
  },
  { timeout: 20_000 },
)

suite(
  'a client that was generated from the OpenAPI document',
  (test) => {
    test('compiles, and drives the server', async (context) => {
      const folder = await generate(context)
      compile(folder)
      const manager = new FakeManager()
      const server = await startJobServer({ manager, tokens: manager.store.tokens, token, port: 0 })
      context.cleanup(() => server.close())
      const module = (await import(pathToFileURL(join(folder, 'drive.ts')).href)) as {
        drive: (baseUrl: string, auth: string) => Promise<readonly string[]>
      }
      assert.equal(await module.drive(server.url, token), [
        'jobs 0, uploads up to 100000000',
        'ok',
        '1 uploaded',
        '201 queued at 1, again 200 true',
        '1 in the list',
        'stopped,queued,cancelled',
        'null>queued,queued>running,running>stopping,stopping>stopped,stopped>queued,queued>cancelled',
        '0 lines, 0 checkpoints',
        'collected by n1',
        '1 token, 403 ERR_FORBIDDEN',
        '# HELP millrace_jobs Jobs that are kept, by status.',
        '409 ERR_ILLEGAL_TRANSITION',
        '404 ERR_JOB_NOT_FOUND Not Found',
        '1 job_submitted',
        '2 running generated',
        '3 stopping generated',
        '4 stopped generated',
        '5 queued generated',
        '6 cancelled generated',
        '7 job_deleted',
      ])
    })
  },
  { timeout: 90_000 },
)

/** A folder with the client, which checks every answer against the document, and a program that uses it. */
async function generate(context: TestContext): Promise<string> {
  const document = await documentOf(context)
  mkdirSync('temp', { recursive: true })
  const folder = resolve(mkdtempSync('temp/generated-client-'))
  context.cleanup(() => rmSync(folder, { recursive: true }))
  await createClient({
    input: document as never,
    output: { path: join(folder, 'client') },
    logs: { level: 'silent', file: false },
    plugins: [
      '@hey-api/client-fetch',
      '@hey-api/typescript',
      'zod',
      { name: '@hey-api/sdk', validator: { response: 'zod' } },
    ],
  })
  const compilerOptions = {
    target: 'es2023',
    module: 'nodenext',
    strict: true,
    noUncheckedIndexedAccess: true,
    skipLibCheck: true,
    noEmit: true,
    types: ['node'],
  }
  writeFileSync(join(folder, 'package.json'), '{"type":"module"}')
  writeFileSync(join(folder, 'tsconfig.json'), JSON.stringify({ compilerOptions, include: ['**/*.ts'] }))
  writeFileSync(join(folder, 'drive.ts'), generatedClientProgram)
  return folder
}

function compile(folder: string): void {
  const compiler = ['node_modules/typescript/bin/tsc', '-p', folder]
  const { status, stdout } = spawnSync(process.execPath, compiler, { encoding: 'utf8' })
  assert.is(status, 0, `\n${stdout}`)
}
