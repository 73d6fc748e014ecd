import { mkdtemp, rm, utimes, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { TestContext } from '../../support/suite.ts'

/** An empty folder, gone after the test. */
export async function folder({ cleanup }: Pick<TestContext, 'cleanup'>): Promise<string> {
  const path = await mkdtemp(join(tmpdir(), 'millrace-'))
  cleanup(() => rm(path, { recursive: true, force: true }))
  return path
}

/** Writes a file whose last change was at that second. */
export async function write(directory: string, name: string, text: string, second = 1): Promise<void> {
  const path = join(directory, name)
  await writeFile(path, text)
  await utimes(path, second, second)
}
