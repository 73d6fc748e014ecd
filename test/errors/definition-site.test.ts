import { execFile } from 'node:child_process'
import { copyFile, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { promisify } from 'node:util'
import { build, type BuildOptions } from 'esbuild'
import * as assert from 'uvu/assert'
import { captureSite, siteOfStack } from '../../src/errors/definition-site.ts'
import type { DefinitionSite } from '../../src/errors/definition-site.ts'
import { hereLine } from '../job/jobs.ts'
import { RecordingEnvironment } from '../stream/recorded.ts'
import { suite } from '../support/suite.ts'

const run = promisify(execFile)

const here = fileURLToPath(import.meta.url)

/** Runs it below a stack of other calls. */
const deep = <T>(depth: number, run: () => T): T => (depth === 0 ? run() : deep(depth - 1, run))

suite('captureSite', (test) => {
  test('names the file and line that called', () => {
    const site = captureSite()()
    assert.is(site?.file, here)
    assert.is(site?.line, hereLine() - 2)
    assert.ok(site!.column > 1)
    assert.ok(Object.isFrozen(site))
  })

  test('names the line of the program, not of the library it called', () => {
    const env = new RecordingEnvironment()
    const line = hereLine() + 1
    env.fromBatch([1]).print()
    assert.equal(
      env.nodes.map(({ site }) => [site?.file, site?.line]),
      [
        [here, line],
        [here, line],
      ],
    )
  })

  test('names the innermost line, from callbacks, constructors and deep down', () => {
    class Made {
      readonly site = captureSite()()
    }
    for (const site of [[1].map(() => captureSite()())[0], new Made().site, deep(100, () => captureSite()())])
      assert.is(site?.file, here)
  })

  test('tells the same again, and leaves the stack traces of others as they were', () => {
    Error.stackTraceLimit = 3
    const tell = captureSite()
    assert.is(Error.stackTraceLimit, 3)
    Error.stackTraceLimit = 10
    assert.is(tell(), tell())
  })

  test('tells nothing where there is no stack to read', () => {
    const prepare = Error.prepareStackTrace
    Error.prepareStackTrace = () => 'no frames here'
    try {
      assert.is(captureSite()(), undefined)
    } finally {
      Error.prepareStackTrace = prepare
    }
  })

  test('looks past code made by eval', () => {
    // eslint-disable-next-line @typescript-eslint/no-implied-eval -- that is what is tested
    const call = new Function('f', 'return f()') as <T>(f: () => T) => T
    assert.is(call(captureSite.bind(null))()?.file, here)
  })

  test('reads paths with blanks and brackets, and callers that are asynchronous', async ({ cleanup }) => {
    const folder = await mkdtemp(join(tmpdir(), 'a copy (of) it '))
    cleanup(() => rm(folder, { recursive: true }))
    const file = join(folder, 'job (1).mjs')
    await writeFile(
      file,
      'export const call = (f) => f()\nexport default async (f) => {\n  await 0\n  return f()\n}\n',
    )
    const module = (await import(pathToFileURL(file).href)) as {
      call: <T>(f: () => T) => T
      default: <T>(f: () => T) => Promise<T>
    }
    // Bound, so that no frame of this file comes before.
    const capture = captureSite.bind(null)
    const site = module.call(capture)()
    assert.equal([site?.file, site?.line], [file, 1])
    const later = await module.default<() => DefinitionSite | undefined>(capture)
    assert.equal([later()?.file, later()?.line], [file, 4])
  })

  test('looks past the sources of the built library, which its frames name where source maps are on', async ({
    cleanup,
  }) => {
    const folder = await mkdtemp(join(tmpdir(), 'an app '))
    cleanup(() => rm(folder, { recursive: true }))
    const write = async (path: string, text: string): Promise<string> => {
      const file = join(folder, path)
      await mkdir(dirname(file), { recursive: true })
      await writeFile(file, text)
      return file
    }
    const built = await write('node_modules/millrace/dist/errors/definition-site.mts', '')
    await copyFile(fileURLToPath(new URL('../../src/errors/definition-site.ts', import.meta.url)), built)
    const call = 'export const call = (f) => f()\n'
    const library = await write('node_modules/millrace/src/graph/graph-builder.mjs', call)
    const program = await write('src/job.mjs', call)
    const load = async (file: string) =>
      (await import(pathToFileURL(file).href)) as Record<string, <T>(f: () => T) => T>
    const capture = ((await load(built)) as unknown as { captureSite: typeof captureSite }).captureSite
    const { call: inLibrary } = await load(library)
    const { call: inProgram } = await load(program)
    const site = inProgram!(inLibrary!.bind(null, capture.bind(null)) as typeof capture)()
    assert.equal([site?.file, site?.line], [program, 1])
  })

  for (const [sources, names] of [
    ['relative', {}],
    ['of a scheme of their own', { sourceRoot: 'program:///' }],
  ] as const) {
    test(`tells the library from the program in a bundle of both, with sources ${sources}`, async ({
      cleanup,
      signal,
    }) => {
      const { folder, bundle } = await bundleOf(names)
      cleanup(() => rm(folder, { recursive: true }))
      const { stdout } = await run(process.execPath, ['--enable-source-maps', bundle], { signal })
      const [site, wrong] = JSON.parse(stdout) as DefinitionSite[]
      assert.equal([site!.line, wrong!.line], [4, 6])
      assert.match(site!.file, /program\.ts$/)
      if (sources === 'relative') assert.is(site!.file, join(folder, 'app/program.ts'))
      else assert.match(site!.file, /^program:\/\//)
    })
  }

  test('tells nothing of a bundle without source maps, where nobody could tell the library from the program', async ({
    cleanup,
    signal,
  }) => {
    const { folder, bundle } = await bundleOf({ sourcemap: false })
    cleanup(() => rm(folder, { recursive: true }))
    const { stdout } = await run(process.execPath, [bundle], { signal })
    assert.equal(JSON.parse(stdout), [null, null])
  })
})

suite('siteOfStack', (test) => {
  test('is the innermost line of the program, before those of packages', () => {
    const stack = [
      'Error: at first sight (/not/this.ts:1:1)',
      '    at get (node:internal/x:1:2)',
      '    at async fetch (/app/node_modules/http/index.js:3:4)',
      '    at async Promise.all (index 0)',
      '    at async file:///app/src/job.ts:5:6',
    ]
    assert.equal(siteOfStack(stack.join('\n')), { file: '/app/src/job.ts', line: 5, column: 6 })
    assert.is(siteOfStack(stack.slice(0, 3).join('\n'))?.file, '/app/node_modules/http/index.js')
    assert.is(siteOfStack('no stack at all'), undefined)
  })
})

const program = `import { LocalEnvironment } from 'millrace'

const env = new LocalEnvironment('x')
env.fromBatch([1])
let wrong
try { env.fromInterval(-1) } catch (error) { wrong = error.site }
console.log(JSON.stringify([env.graph.nodes[0].site ?? null, wrong ?? null]))
`

/** A program with the library in it. */
const bundleOf = async (options: BuildOptions): Promise<{ folder: string; bundle: string }> => {
  const folder = await mkdtemp(join(tmpdir(), 'a bundle '))
  const entry = join(folder, 'app/program.ts')
  const bundle = join(folder, 'out/program.mjs')
  await mkdir(dirname(entry))
  await writeFile(entry, program)
  await build({
    entryPoints: [entry],
    outfile: bundle,
    bundle: true,
    platform: 'node',
    format: 'esm',
    sourcemap: true,
    alias: { millrace: fileURLToPath(new URL('../../src/index.ts', import.meta.url)) },
    ...options,
  })
  return { folder, bundle }
}
