import type { Clock } from '../../time/clock.ts'
import { localUrl, type ServerFile } from './server-file.ts'

/** Milliseconds for an answer. */
const PATIENCE = 2_000

/** GETs a path of a server. Undefined when there is no answer in time. */
export async function probe(
  server: Pick<ServerFile, 'host' | 'port'>,
  path: string,
  clock: Pick<Clock, 'setTimeout'>,
  patience: number = PATIENCE,
): Promise<{ readonly ok: boolean; readonly body: string } | undefined> {
  const controller = new AbortController()
  const cancel = clock.setTimeout(() => controller.abort(), patience)
  try {
    const { signal } = controller
    const response = await fetch(`${localUrl(server)}${path}`, { signal, redirect: 'error' })
    return { ok: response.ok, body: await response.text() }
  } catch {
    return undefined
  } finally {
    cancel()
  }
}

export async function isReady(
  server: Pick<ServerFile, 'host' | 'port'>,
  clock: Pick<Clock, 'setTimeout'>,
): Promise<boolean> {
  return (await probe(server, '/readyz', clock))?.ok === true
}
