import { spawnSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, readFileSync, realpathSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import process from 'node:process'
import { bundleProgram } from '../../../src/remote/bundle/bundle-program.ts'
import type { BundledFile, BundleRequest, ProgramBundle } from '../../../src/remote/bundle/program-bundle.ts'
import type { TestContext } from '../../support/suite.ts'

/** A folder of its own with these files. */
export function project(
  { cleanup }: TestContext,
  files: Readonly<Record<string, string>>,
  name = 'project',
): string {
  const temp = realpathSync(mkdtempSync(join(tmpdir(), 'millrace-bundle-')))
  cleanup(() => rmSync(temp, { recursive: true }))
  const folder = join(temp, name)
  const all = { 'package.json': '{"name":"project","type":"module"}', ...files }
  for (const [path, text] of Object.entries(all)) {
    mkdirSync(dirname(join(folder, path)), { recursive: true })
    writeFileSync(join(folder, path), text)
  }
  return folder
}

export const bundle = (entry: string, options: Partial<BundleRequest> = {}): Promise<ProgramBundle> =>
  bundleProgram({ external: [], packages: [], assets: [], ...options, entry })

export const bytesOf = (content: BundledFile['content']): Uint8Array =>
  content instanceof Uint8Array ? content : readFileSync(content.path)

export interface Run {
  readonly out: string
  readonly err: string
  readonly code: number | null
}

/** Unpacks a bundle into a folder where nothing else is, and runs it as a job's process does. */
export function run({ cleanup }: TestContext, { files, entry }: ProgramBundle): Run {
  const work = realpathSync(mkdtempSync(join(tmpdir(), 'millrace-work-')))
  cleanup(() => rmSync(work, { recursive: true }))
  for (const { path, content } of files) {
    mkdirSync(dirname(join(work, path)), { recursive: true })
    writeFileSync(join(work, path), bytesOf(content))
  }
  const { stdout, stderr, status } = spawnSync(
    process.execPath,
    ['--enable-source-maps', join(work, entry)],
    { cwd: work, encoding: 'utf8', timeout: 20_000 },
  )
  return { out: stdout.trimEnd(), err: stderr, code: status }
}

export const rejection = async (promise: Promise<unknown>): Promise<Error> => {
  try {
    await promise
  } catch (error) {
    return error as Error
  }
  throw new Error('it did not reject')
}
