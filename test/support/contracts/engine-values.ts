import type { EngineConnection } from '../../../src/cluster/engine/cluster-engine.ts'
import type { EdgeReader, JobLog, RegionCommit } from '../../../src/cluster/engine/job-log.ts'
import { seededRandom } from '../../../src/testing/seeded-random.ts'
import type { EnginePlace } from './engine-contract.ts'

export const bytesOf = (text: string): Uint8Array => new TextEncoder().encode(text)
export const textOf = (bytes: Uint8Array): string => new TextDecoder().decode(bytes)

/** The same for the same seed; nothing that compresses. */
export function noise(length: number, seed: number): Uint8Array {
  const random = seededRandom(seed)
  return Uint8Array.from({ length }, () => Math.floor(random() * 256))
}

export const same = (a: Uint8Array, b: Uint8Array): boolean => Buffer.compare(a, b) === 0

/** A commit of texts for edge ends. */
export function commitOf(
  record: string,
  outputs: readonly (readonly [end: string, text: string])[] = [],
  more: Partial<RegionCommit> = {},
): RegionCommit {
  return {
    outputs: outputs.map(([end, text]) => ({ end, bytes: bytesOf(text) })),
    record: bytesOf(record),
    blobs: [],
    obsolete: [],
    ...more,
  }
}

/** The next texts of an end, exactly so many. */
export async function take(reader: EdgeReader, count: number): Promise<string[]> {
  const texts: string[] = []
  while (texts.length < count) for (const { bytes } of await reader.next()) texts.push(textOf(bytes))
  return texts
}

export async function logOf(place: EnginePlace): Promise<{ log: JobLog; connection: EngineConnection }> {
  const connection = await place.connect()
  await connection.createLog('job')
  return { log: connection.openLog('job'), connection }
}
