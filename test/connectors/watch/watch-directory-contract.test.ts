import { rm } from 'node:fs/promises'
import { basename } from 'node:path'
import { type SourceClass, type WatchedFile, watchDirectory } from '../../../src/connectors/watch/index.ts'
import type { OperatorContext } from '../../../src/functions/context.ts'
import type { Awaitable, End, PullSource } from '../../../src/functions/user-functions.ts'
import type { TestContext } from '../../support/suite.ts'
import { sourceContract, type SourceUnderTest } from '../source-contract.ts'
import { folder, write } from './folder.ts'

const names = ['a', 'b', 'c', 'd']

const watched = async (context: TestContext, gone: boolean): Promise<SourceUnderTest<WatchedFile>> => {
  const directory = await folder(context)
  for (const name of names) await write(directory, name, name)
  const comparable = ({ path }: WatchedFile): string => basename(path)
  const source = watchDirectory(directory, { settle: 0, interval: 20 })
  return {
    source: gone ? withoutDirectory(source, directory) : source,
    expected: names,
    comparable,
    ends: false,
  }
}

/** When the last file has been given, the directory goes. */
const withoutDirectory = (Source: SourceClass<WatchedFile>, directory: string): SourceClass<WatchedFile> =>
  class implements PullSource<WatchedFile> {
    readonly #source = new Source()
    #given = 0

    open(ctx: OperatorContext): Awaitable<void> {
      return this.#source.open?.(ctx)
    }
    async next(ctx: OperatorContext): Promise<WatchedFile | End> {
      if (ctx.subtaskIndex === 0 && this.#given++ === names.length) await rm(directory, { recursive: true })
      return this.#source.next(ctx)
    }
    close(): Awaitable<void> {
      return this.#source.close?.()
    }
  }

sourceContract('watchDirectory', {
  ready: (context) => watched(context, false),
  failing: (context) => watched(context, true),
})
