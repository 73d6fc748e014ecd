import { InvalidArgumentError } from '../errors/invalid-argument-error.ts'
import { reasonOf } from '../errors/reason-of.ts'
import type { Progress } from './transport.ts'

/** Bytes, or a file on this machine that is read as it is sent. */
export type FileContent = Uint8Array | { readonly path: string }

/** What can be sent, and sent again. */
export interface Upload {
  /** In bytes. */
  readonly size: number
  /** Tells of each piece that is handed over. */
  readonly stream: (progress: Progress, onSent: (sent: number) => void) => ReadableStream<Uint8Array>
}

/** Bytes that are handed over at a time. */
const PIECE = 64 * 1024

/** @throws InvalidArgumentError for a file that cannot be read. */
export async function uploadOf(content: FileContent): Promise<Upload> {
  if (content instanceof Uint8Array) return { size: content.length, stream: streamOfBytes(content) }
  const { open, stat } = await import('node:fs/promises')
  const { path } = content
  const read = async <T>(work: () => Promise<T>): Promise<T> => {
    try {
      return await work()
    } catch (cause) {
      throw new InvalidArgumentError(`the file ${path} cannot be read: ${reasonOf(cause)}`, {
        cause,
        remedy: 'Look whether it is there, and may be read.',
      })
    }
  }
  const { size } = await read(() => stat(path))
  return {
    size,
    stream: streamOf(async () => {
      const file = await read(() => open(path))
      return {
        next: (sent) =>
          read(async () => {
            const piece = new Uint8Array(PIECE)
            const { bytesRead } = await file.read(piece, 0, PIECE)
            if (bytesRead === 0 ? sent < size : sent + bytesRead > size)
              throw new Error('it changed meanwhile')
            return piece.subarray(0, bytesRead)
          }),
        close: () => file.close(),
      }
    }),
  }
}

function streamOfBytes(bytes: Uint8Array): Upload['stream'] {
  return streamOf(async () => ({
    next: async (sent) => bytes.subarray(sent, sent + PIECE),
    close: async () => {},
  }))
}

interface Pieces {
  /** The piece behind so many bytes; an empty one at the end. */
  next(sent: number): Promise<Uint8Array>
  close(): Promise<void>
}

/** What goes wrong is told to the call: of a stream that fails, fetch says no more than that fetching failed. */
function streamOf(begin: () => Promise<Pieces>): Upload['stream'] {
  return (progress, onSent) => {
    let pieces: Pieces | null = null
    let sent = 0
    const end = async (): Promise<void> => {
      await pieces?.close()
      pieces = null
    }
    return new ReadableStream<Uint8Array>(
      {
        async pull(controller) {
          try {
            pieces ??= await begin()
            const piece = await pieces.next(sent)
            progress.touch()
            if (piece.length === 0) {
              await end()
              return controller.close()
            }
            sent += piece.length
            onSent(sent)
            controller.enqueue(piece)
          } catch (error) {
            await end()
            progress.fail(error)
            controller.error(error)
          }
        },
        cancel: end,
      },
      { highWaterMark: 0 },
    )
  }
}
