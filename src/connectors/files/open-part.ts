import { type FileHandle, open } from 'node:fs/promises'
import type { ByteStream } from './byte-stream.ts'
import { codeOf, fileError } from './file-errors.ts'
import { type FileHead, hasHead, headOf, isGzip, lost, type FilePosition, readHead } from './file-position.ts'
import { GzipBytes } from './gzip-bytes.ts'
import { PlainBytes } from './plain-bytes.ts'

export type GzipOption = 'auto' | boolean

/** What is known of a file before it is read. */
export interface FileFacts {
  /** Bytes. */
  readonly size: number
  readonly isGzip: boolean
}

export interface OpenedPart {
  readonly bytes: ByteStream
  readonly head: FileHead
}

/** @throws FileError when it cannot be read, or is no file. */
export async function factsOf(path: string, gzip: GzipOption): Promise<FileFacts> {
  return withFile(path, async (handle) => {
    const { facts } = await look(handle, gzip)
    await handle.close()
    return facts
  })
}

/**
 * Opens a file to be read from `begin` on.
 * @param inside where it had been read to before.
 * @throws SourcePositionError when it is not the file that was read before; FileError when it cannot be read.
 */
export async function openPart(
  path: string,
  begin: number,
  { gzip, chunkBytes }: { readonly gzip: GzipOption; readonly chunkBytes: number },
  inside: FilePosition | undefined,
): Promise<OpenedPart> {
  const opened = withFile(path, async (handle) => {
    const { head, facts } = await look(handle, gzip)
    if (inside !== undefined) checkSame(path, head, facts, inside.at.head, begin)
    const Bytes = facts.isGzip ? GzipBytes : PlainBytes
    const wanted = facts.isGzip
      ? chunkBytes
      : Math.min(chunkBytes, Math.max(facts.size - begin, SMALLEST_CHUNK))
    return { bytes: new Bytes(path, handle, begin, wanted), head: headOf(head) }
  })
  return inside === undefined ? opened : opened.catch((error: unknown) => asLost(path, error))
}

/** A small file needs no large buffers. It may yet grow. */
const SMALLEST_CHUNK = 512

async function withFile<T>(path: string, use: (handle: FileHandle) => Promise<T>): Promise<T> {
  let handle: FileHandle | undefined
  try {
    handle = await open(path, 'r')
    return await use(handle)
  } catch (error) {
    await handle?.close().catch(() => {})
    throw fileError('cannot read', path, error)
  }
}

async function look(
  handle: FileHandle,
  gzip: GzipOption,
): Promise<{ readonly head: Buffer; readonly facts: FileFacts }> {
  const stats = await handle.stat()
  if (stats.isDirectory()) throw Object.assign(new Error('it is a directory'), { code: 'EISDIR' })
  if (!stats.isFile()) throw new Error('it is not a regular file; read pipes and devices with fromReadable')
  const head = await readHead(handle)
  return { head, facts: { size: stats.size, isGzip: gzip === 'auto' ? isGzip(head) : gzip } }
}

function checkSame(
  path: string,
  head: Buffer,
  facts: FileFacts,
  known: FileHead | undefined,
  offset: number,
): void {
  // How much is in a compressed file is seen when it is read.
  if (!facts.isGzip && facts.size < offset)
    throw lost(`${path} holds ${facts.size} bytes, and had been read up to byte ${offset}`)
  if (known !== undefined && !hasHead(head, known))
    throw lost(`${path} does not begin as the file did that had been read up to byte ${offset}`)
}

function asLost(path: string, error: unknown): never {
  if (codeOf((error as Error).cause) === 'ENOENT') throw lost(`${path} had been read in part, and is gone`)
  throw error
}
