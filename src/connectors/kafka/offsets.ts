import type { Admin } from '@platformatic/kafka'

const FIRST = -2n
const END = -1n
const READ_COMMITTED = 1

/**
 * Offsets of partitions: of the first message there is, behind the last that is committed, or of the first that is not
 * older than a time in milliseconds; a partition without such a message has none.
 */
export async function offsetsAt(
  admin: Admin,
  topic: string,
  partitions: readonly number[],
  at: 'first' | 'end' | number,
): Promise<ReadonlyMap<number, number>> {
  if (partitions.length === 0) return new Map()
  const timestamp = at === 'first' ? FIRST : at === 'end' ? END : BigInt(Math.floor(at))
  const [found] = await admin.listOffsets({
    topics: [
      { name: topic, partitions: partitions.map((partitionIndex) => ({ partitionIndex, timestamp })) },
    ],
    isolationLevel: READ_COMMITTED,
  })
  const offsets = new Map<number, number>()
  for (const { partitionIndex, offset } of found?.partitions ?? [])
    if (offset >= 0n) offsets.set(partitionIndex, Number(offset))
  return offsets
}
