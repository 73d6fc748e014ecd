import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type RunningJobManager, startJobManager, type StartJobManagerOptions } from '../../src/jobs/index.ts'
import type { TestContext } from '../support/suite.ts'

/** A job server of the test's own. */
export async function serverFor(
  context: TestContext,
  options: StartJobManagerOptions = {},
): Promise<RunningJobManager & { readonly data: string }> {
  const data = options.data ?? temporary(context)
  const server = await startJobManager({ port: 0, ...options, data })
  context.cleanup(() => server.close({ drain: false }))
  return { ...server, data }
}

export function temporary({ cleanup }: TestContext): string {
  const data = mkdtempSync(join(tmpdir(), 'millrace-remote-'))
  cleanup(() => rmSync(data, { recursive: true, force: true }))
  return data
}
