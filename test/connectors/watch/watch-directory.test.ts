import { mkdir, rename, rm, symlink, writeFile } from 'node:fs/promises'
import { join, relative } from 'node:path'
import process from 'node:process'
import * as assert from 'uvu/assert'
import {
  watchDirectory,
  type WatchedFile,
  WatchError,
  type WatchOptions,
} from '../../../src/connectors/watch/index.ts'
import { InvalidArgumentError } from '../../../src/errors/invalid-argument-error.ts'
import type { End } from '../../../src/functions/user-functions.ts'
import { VirtualClock } from '../../../src/testing/index.ts'
import { turn, until } from '../../job/jobs.ts'
import { suite } from '../../support/suite.ts'
import { openSource } from '../source-contract.ts'
import { folder, write } from './folder.ts'

/** A watch whose looks are taken in virtual time; the file system needs real time for each. */
const watching = async (directory: string, options: WatchOptions = {}, position?: unknown) => {
  const clock = new VirtualClock()
  const source = watchDirectory(directory, { hints: false, settle: 0, ...options })
  const opened = await openSource(source, { clock, position })
  const seen: string[] = []
  let failure: unknown
  void (async () => {
    for (;;) {
      const file: WatchedFile | End = await opened.next()
      if (typeof file === 'symbol') return
      seen.push(`${clock.frame} ${relative(directory, file.path)} ${file.size} ${file.kind}`)
    }
  })().catch((error: unknown) => (failure = error))
  return {
    opened,
    seen,
    clock,
    failure: () => failure,
    /** Lets time pass, with a look at every timer. */
    async pass(ms: number): Promise<string[]> {
      const end = clock.frame + ms
      for (;;) {
        await until(() => clock.pending.length > 0 || failure !== undefined)
        const due = Math.min(...clock.pending.map((timer) => timer.due))
        if (due > end || failure !== undefined) break
        await clock.advance(due - clock.frame)
      }
      await clock.advance(end - clock.frame)
      return seen.splice(0)
    },
    async end(): Promise<void> {
      opened.stop.abort(new Error('stop'))
      await opened.close()
      assert.is(clock.pending.length, 0)
    },
  }
}

suite('watchDirectory', (test) => {
  test('gives what is there, then what is new or has changed, in the order of the paths', async (context) => {
    const directory = await folder(context)
    for (const name of ['b', 'a', 'B', 'é']) await write(directory, name, name)
    await mkdir(join(directory, 'folder'))
    const { pass, end } = await watching(directory)
    assert.equal(await pass(0), ['0 B 1 created', '0 a 1 created', '0 b 1 created', '0 é 2 created'])
    await write(directory, 'c', 'new')
    await write(directory, 'a', 'a', 2)
    await write(directory, 'b', 'longer')
    assert.equal(await pass(999), [])
    assert.equal(await pass(1), ['1000 a 1 changed', '1000 b 6 changed', '1000 c 3 created'])
    assert.equal(await pass(5_000), [])
    await end()
  })

  test('waits until a file has stayed as it is', async (context) => {
    const directory = await folder(context)
    const { pass, end } = await watching(directory, { settle: 2_500 })
    await write(directory, 'a', '1')
    assert.equal(await pass(3_000), [])
    await write(directory, 'a', '12')
    assert.equal(
      await pass(2_999),
      [],
      'it is looked at when it may have come to rest, at 3500, and has changed',
    )
    assert.equal(await pass(1), ['6000 a 2 created'])
    await end()
  })

  test('leaves out what is there at the start, where it is told to', async (context) => {
    const directory = await folder(context)
    await write(directory, 'old', 'x')
    const { pass, end, opened } = await watching(directory, { existing: false })
    await write(directory, 'new', 'x')
    assert.equal(await pass(1_000), ['1000 new 1 created'])
    await end()
    await write(directory, 'later', 'x')
    const again = await watching(directory, { existing: false }, opened.source.snapshot!())
    assert.equal(await again.pass(0), ['0 later 1 created'], 'a job that goes on knows what it had')
    await again.end()
  })

  test('forgets what is deleted, and takes it for new when it comes again', async (context) => {
    const directory = await folder(context)
    await write(directory, 'a', 'x')
    const { pass, end } = await watching(directory)
    await pass(0)
    await rm(join(directory, 'a'))
    await pass(1_000)
    await write(directory, 'a', 'x')
    assert.equal(await pass(1_000), ['2000 a 1 created'])
    await end()
  })

  test('looks into folders where it is told to, and follows links to files only', async (context) => {
    const directory = await folder(context)
    await mkdir(join(directory, 'in/deep'), { recursive: true })
    await write(directory, 'in/deep/a.csv', 'x')
    await write(directory, 'in/b.txt', 'x')
    await write(directory, 'in.csv', 'x')
    await symlink('in', join(directory, 'link'))
    await symlink('deep/a.csv', join(directory, 'in/c.csv'))
    await symlink('nowhere', join(directory, 'dangling.csv'))
    const deep = await watching(directory, { recursive: true, pattern: '**/*.csv' })
    assert.equal(await deep.pass(0), [
      '0 in.csv 1 created',
      '0 in/c.csv 1 created',
      '0 in/deep/a.csv 1 created',
    ])
    await deep.end()
    const flat = await watching(directory, { pattern: '*.csv' })
    assert.equal(await flat.pass(0), ['0 in.csv 1 created'])
    await flat.end()
  })

  test('waits for a directory that is not there yet, where it is told to, and survives that it goes', async (context) => {
    const parent = await folder(context)
    const directory = join(parent, 'later')
    const { pass, end } = await watching(directory, { missing: 'wait', hints: true })
    assert.equal(await pass(3_000), [])
    await mkdir(directory)
    await write(directory, 'a', 'x')
    assert.equal(await pass(1_000), ['4000 a 1 created'])
    await rename(directory, join(parent, 'away'))
    assert.equal(await pass(2_000), [])
    await rename(join(parent, 'away'), directory)
    assert.equal(await pass(2_000), [], 'what it had given is known')
    await end()
  })

  test('without a directory fails, and says what to do', async (context) => {
    const directory = join(await folder(context), 'missing')
    const failure = await openSource(watchDirectory(directory)).then(
      () => assert.unreachable(),
      (error: unknown) => error as Error,
    )
    assert.instance(failure, WatchError)
    assert.match(failure!.message, `'${directory}' cannot be watched: it is not there`)
    assert.match(failure!.message, `missing: 'wait'`)
    const file = join(directory, '..', 'file')
    await writeFile(file, '')
    const noFolder = await openSource(watchDirectory(file)).catch((error: unknown) => error as Error)
    assert.match((noFolder as Error).message, 'ENOTDIR')
    await until(() => !process.getActiveResourcesInfo().includes('FSEventWrap'))
  })

  test('finds many files, and forgets none', { timeout: 30_000 }, async (context) => {
    const directory = await folder(context)
    const names = Array.from({ length: 500 }, (_, i) => `f${String(i).padStart(3, '0')}`)
    for (const name of names) await writeFile(join(directory, name), '')
    const { pass, end, opened } = await watching(directory)
    assert.equal(
      (await pass(0)).map((line) => line.split(' ')[1]),
      names,
    )
    const { given } = opened.source.snapshot!() as { given: Map<string, unknown> }
    assert.is(given.size, 500)
    await end()
  })

  test('a hint of the system’s brings the next look forward', async (context) => {
    const directory = await folder(context)
    const opened = await openSource(watchDirectory(directory, { settle: 0, interval: 3_600_000 }))
    const first = opened.next()
    for (let i = 0; i < 5; i++) await turn()
    await write(directory, 'a', 'x')
    assert.is(((await first) as WatchedFile).path, join(directory, 'a'))
    const second = opened.next()
    await write(directory, 'b', 'x')
    assert.is(((await second) as WatchedFile).path, join(directory, 'b'))
    assert.ok(process.getActiveResourcesInfo().includes('FSEventWrap'))
    await opened.close()
    await until(() => !process.getActiveResourcesInfo().includes('FSEventWrap'))
  })
})

suite('watchDirectory refuses', (test) => {
  for (const [what, directory, options] of [
    ['an empty path', '', {}],
    ['a path that is none', 5, {}],
    ['a settle that is none', 'x', { settle: -1 }],
    ['an interval of 0', 'x', { interval: 0 }],
    ['another way to miss', 'x', { missing: 'ignore' }],
  ] as const) {
    test(what, () => {
      assert.throws(
        () => watchDirectory(directory as never, options as never),
        (error: unknown) => error instanceof InvalidArgumentError,
      )
    })
  }
})
