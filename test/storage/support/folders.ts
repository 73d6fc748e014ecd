import { existsSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { folderNameOf } from '../../../src/storage/file/job-folder.ts'
import type { TestContext } from '../../support/suite.ts'

/** Thousands of small files are flushed at once where they are in memory. */
const fast = existsSync('/dev/shm') ? '/dev/shm' : tmpdir()

/** An empty folder that goes with the test. */
export async function emptyFolder(
  { cleanup }: Pick<TestContext, 'cleanup'>,
  parent: string = fast,
): Promise<string> {
  const folder = await mkdtemp(join(parent, 'millrace-checkpoints-'))
  cleanup(() => rm(folder, { recursive: true, force: true }))
  return folder
}

/** To whoever looks at the lock, the process that has it is dead. */
export async function endClaim(directory: string, job: string): Promise<void> {
  await rm(join(directory, folderNameOf(job), 'lock'), { force: true })
}
