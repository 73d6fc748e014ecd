import type { FileHandle } from 'node:fs/promises'
import { crc32 } from 'node:zlib'
import { SourcePositionError } from '../../errors/checkpoint-errors.ts'

/** Which part of which file a source reads: made once for each part. */
export interface PartPosition {
  readonly format: 1
  readonly subtask: number
  readonly parallelism: number
  /** Bytes of the blocks that files are dealt out in; 0: whole files. */
  readonly block: number
  /** Index of the file in the list; the length of the list when all had been read. */
  readonly file: number
  /** '' when all had been read. */
  readonly path: string
  /** Which block of the file. */
  readonly part: number
  /** Undefined where the file has not been looked into. */
  readonly head: FileHead | undefined
}

/** Where a file source stands: what its checkpoints hold. Made for every record, so there is little to it. */
export interface FilePosition {
  readonly at: PartPosition
  /** Of the first byte not yet given; in a compressed file, of what is in it. Undefined: the part's beginning. */
  readonly offset: number | undefined
  /** Lines before that, where they are counted. */
  readonly lines: number | undefined
  readonly header: readonly string[] | undefined
}

/** The first bytes of a file, by which it is known again. */
export interface FileHead {
  readonly length: number
  readonly crc: number
}

const HEAD_BYTES = 1024

export async function readHead(handle: FileHandle, length: number = HEAD_BYTES): Promise<Buffer> {
  const buffer = Buffer.alloc(length)
  let read = 0
  while (read < length) {
    const { bytesRead } = await handle.read(buffer, read, length - read, read)
    if (bytesRead === 0) break
    read += bytesRead
  }
  return buffer.subarray(0, read)
}

export function headOf(bytes: Buffer): FileHead {
  return { length: bytes.length, crc: crc32(bytes) }
}

/** Whether the bytes begin as the file did. It may have grown since. */
export function hasHead(bytes: Buffer, { length, crc }: FileHead): boolean {
  return bytes.length >= length && crc32(bytes.subarray(0, length)) === crc
}

export function isGzip(head: Buffer): boolean {
  return head.length >= 2 && head[0] === 0x1f && head[1] === 0x8b
}

/** @throws SourcePositionError unless it is the position of such a source. */
export function checkPosition(position: unknown, paths: readonly string[], block: number): FilePosition {
  const known = position as FilePosition | null | undefined
  if (known?.at?.format !== 1) throw lost('the saved position is not one of a file source')
  const { at } = known
  if (at.block !== block) throw lost('the source had other options when its position was saved')
  if (at.path === '' ? at.file <= paths.length : at.path === paths[at.file]) return known
  throw lost(
    at.path === ''
      ? `there were ${at.file} files, and ${paths.length} are left`
      : `the list of files has changed: number ${at.file + 1} was ${at.path}`,
    'pass the same list; files may be added at its end',
  )
}

/** @throws SourcePositionError unless the position is that of this subtask. */
export function checkSubtask({ at }: FilePosition, subtask: number, parallelism: number): void {
  if (at.subtask === subtask && at.parallelism === parallelism) return
  throw lost(
    `the position is that of subtask ${at.subtask} of ${at.parallelism}, not ${subtask} of ${parallelism}`,
    'give the source the parallelism it had, or start the job afresh',
  )
}

export function lost(message: string, remedy?: string): SourcePositionError {
  return new SourcePositionError(message, {
    remedy: remedy ?? 'bring things back as they were, or start the job afresh',
  })
}
