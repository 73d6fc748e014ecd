import type { Clock } from '../../time/clock.ts'
import { findListener } from './listener.ts'
import { probe } from './probe.ts'

/** Says what listens on a port that we cannot have, in words that end a sentence. */
export async function describeHolder(
  host: string,
  port: number,
  clock: Pick<Clock, 'setTimeout'>,
): Promise<string> {
  const listener = findListener(port)
  const process = listener === undefined ? undefined : `process ${listener.pid} (${listener.name})`
  if (isJobServer((await probe({ host, port }, '/openapi.json', clock))?.body)) {
    return `another Millrace job server${process === undefined ? '' : `, ${process}`}`
  }
  return process ?? 'a process that this user may not see'
}

function isJobServer(answer: string | undefined): boolean {
  try {
    const document = JSON.parse(answer ?? 'null') as { info?: { title?: unknown } } | null
    return document?.info?.title === 'Millrace job server'
  } catch {
    return false
  }
}
