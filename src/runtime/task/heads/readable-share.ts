import type { Readable } from 'node:stream'
import type { ReadableStream } from 'node:stream/web'
import { IteratorShare } from './iterator-share.ts'

type Input = Readable | ReadableStream

/** A Node Readable or a web ReadableStream, or a function that makes one, as an iterator that can be ended at once. */
export function readableShare(given: Input | (() => Input)): IteratorShare {
  let end = (): void => {}
  const open = (): AsyncIterable<unknown> => {
    const stream = typeof given === 'function' ? given() : given
    if ('getReader' in stream) {
      const reader = stream.getReader()
      end = () => void reader.cancel().catch(() => {})
      return {
        [Symbol.asyncIterator]: () => ({
          next: async () => {
            const { done, value } = (await reader.read()) as { done: boolean; value: unknown }
            return done ? { done: true, value: undefined } : { done: false, value }
          },
          return: async () => {
            await reader.cancel()
            return { done: true, value: undefined }
          },
        }),
      }
    }
    end = () => void stream.destroy()
    return stream
  }
  return new IteratorShare(open, 1, () => end())
}
