import { existsSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { JobStoreOptions } from '../../../../src/jobs/store/job-store-options.ts'
import { SqliteJobStore } from '../../../../src/jobs/store/sqlite-job-store.ts'
import type { TestContext } from '../../../support/suite.ts'

/** What is flushed often is flushed fast where it is in memory. */
const fast = existsSync('/dev/shm') ? '/dev/shm' : tmpdir()

/** An empty folder that goes with the test. */
export function emptyFolder({ cleanup }: Pick<TestContext, 'cleanup'>, parent: string = fast): string {
  const folder = mkdtempSync(join(parent, 'millrace-jobs-'))
  cleanup(() => rmSync(folder, { recursive: true, force: true }))
  return folder
}

/** A store in a file, closed with the test. */
export function openStore(
  { cleanup }: Pick<TestContext, 'cleanup'>,
  file: string,
  options: JobStoreOptions = {},
): SqliteJobStore {
  const store = new SqliteJobStore({ ...options, file })
  cleanup(() => store.close())
  return store
}
