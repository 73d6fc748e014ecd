import type { JobLog } from '../engine/job-log.ts'
import { collectedValues } from '../region/forwarding-buffer.ts'
import { collectedEnd } from '../regions/edge-ends.ts'

/** What `collect()` of a job that is over has received, by node. */
export async function readCollected(
  log: JobLog,
  nodes: readonly string[],
): Promise<ReadonlyMap<string, readonly unknown[]>> {
  if (nodes.length === 0) return new Map()
  const backlog = await log.backlog()
  const collected = new Map<string, readonly unknown[]>()
  for (const node of nodes) {
    const end = collectedEnd(node)
    collected.set(node, await readEnd(log, end, backlog.get(end) ?? 0))
  }
  return collected
}

async function readEnd(log: JobLog, end: string, messages: number): Promise<readonly unknown[]> {
  const values: unknown[] = []
  if (messages === 0) return values
  const reader = log.read(end, 0)
  try {
    for (let read = 0; read < messages;) {
      for (const { bytes } of await reader.next()) {
        for (const value of collectedValues(bytes)) values.push(value)
        read++
      }
    }
  } finally {
    await reader.close(new Error('All of it has been read.'))
  }
  return values
}
