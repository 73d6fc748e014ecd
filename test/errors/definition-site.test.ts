import { copyFile, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import * as assert from 'uvu/assert'
import { captureSite } from '../../src/errors/definition-site.ts'
import type { DefinitionSite } from '../../src/errors/definition-site.ts'
import { hereLine } from '../job/jobs.ts'
import { RecordingEnvironment } from '../stream/recorded.ts'
import { suite } from '../support/suite.ts'

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
})
