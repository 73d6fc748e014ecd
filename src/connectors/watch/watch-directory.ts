import { join } from 'node:path'
import { WatchError } from '../../errors/connector-errors.ts'
import { reasonOf } from '../../errors/reason-of.ts'
import type { OperatorContext } from '../../functions/context.ts'
import { type Awaitable, END, type End, type PullSource } from '../../functions/user-functions.ts'
import { checkMilliseconds } from '../../graph/check-number.ts'
import { invalidArgument } from '../../graph/invalid-argument.ts'
import { Fifo } from '../../util/fifo.ts'
import { Lifetime } from '../common/lifetime.ts'
import type { SourceClass } from '../common/source-class.ts'
import { ChangeHints } from './change-hints.ts'
import { fileFilter, type FilePattern } from './file-pattern.ts'
import { type FileState, isMissing, scanDirectory } from './scan-directory.ts'
import { type FileNews, SeenFiles } from './seen-files.ts'

/** A file that is new, or has changed. */
export interface WatchedFile {
  /** The directory's path with the file's. */
  readonly path: string
  /** Bytes. */
  readonly size: number
  /** Of the last change, milliseconds since the epoch. */
  readonly mtime: number
  readonly kind: 'created' | 'changed'
}

export interface WatchOptions {
  /** Which files: a glob such as '*.csv', a RegExp, or a function of the path below the directory; default all. */
  readonly pattern?: FilePattern
  /** Whether folders below are looked into; default false. */
  readonly recursive?: boolean
  /** Whether files that are there at the start are given; default true. */
  readonly existing?: boolean
  /** Milliseconds that size and time of a file must stay as they are before it is given; default 200. 0: none. */
  readonly settle?: number
  /** Milliseconds between two looks at the directory; default 1 000. A hint of the system's brings the next forward. */
  readonly interval?: number
  /** Whether to listen to hints of the system's; default true. Of no use on network file systems. */
  readonly hints?: boolean
  /** What to do while there is no such directory: fail with WatchError (default), or wait for it. */
  readonly missing?: 'error' | 'wait'
}

/** Milliseconds between two looks at least, however many hints come. */
const HINT_GAP = 25

/**
 * Gives a record for every file in a directory that is new or has changed, once it has stayed as it is for `settle`
 * milliseconds. It looks at the whole directory every `interval`, because the system's hints get lost. What one look
 * finds is given in the order of the paths. Of several changes between two looks one is given; a file that is deleted is
 * forgotten, and is new when it comes again. It runs in one subtask, whatever the parallelism.
 *
 * Its position is which files it has given, with size and time; so a job that goes on gives what has changed since. It
 * holds that for each file that is there, and so does each checkpoint.
 *
 * @throws InvalidArgumentError for options that can never work; WatchError in the job.
 */
export function watchDirectory(directory: string, options: WatchOptions = {}): SourceClass<WatchedFile> {
  const settings = resolveWatch(directory, options)
  return class extends DirectoryWatch {
    constructor() {
      super(directory, settings)
    }
  }
}

interface WatchSettings extends Required<Omit<WatchOptions, 'pattern'>> {
  readonly wants: (path: string) => boolean
}

class DirectoryWatch implements PullSource<WatchedFile> {
  readonly #directory: string
  readonly #settings: WatchSettings
  readonly #seen: SeenFiles
  /** What the last look has found, to be given: at most one for each file. */
  readonly #news = new Fifo<FileNews>()
  readonly #hints = new ChangeHints(() => this.#hint())
  #life: Lifetime | null = null
  #passesOver: boolean
  #lookedAt: number | null = null
  #hinted = false
  /** Ends the wait for the next look. */
  #wake: AbortController | null = null

  constructor(directory: string, settings: WatchSettings) {
    this.#directory = directory
    this.#settings = settings
    this.#seen = new SeenFiles(settings.settle)
    this.#passesOver = !settings.existing
  }

  restore(position: unknown): void {
    const { given, passesOver } = position as { given: Map<string, FileState>; passesOver: boolean }
    this.#seen.restore(given)
    this.#passesOver = passesOver
  }

  /** The first look is taken here, so that `existing: false` is about what is there when the job starts. */
  async open(ctx: OperatorContext): Promise<void> {
    this.#life = new Lifetime(ctx)
    if (ctx.subtaskIndex > 0) return
    try {
      await this.#look(this.#life)
    } catch (error) {
      // What could not be opened is not closed.
      await this.close()
      throw error
    }
  }

  next(ctx: OperatorContext): Awaitable<WatchedFile | End> {
    if (ctx.subtaskIndex > 0) return END
    const file = this.#take()
    if (file !== undefined) return file
    const life = this.#life as Lifetime
    return life.run(() => this.#wait(life))
  }

  snapshot(): unknown {
    return { given: this.#seen.snapshot(), passesOver: this.#passesOver }
  }

  async close(): Promise<void> {
    await this.#life?.close()
    this.#hints.close()
  }

  #take(): WatchedFile | undefined {
    const news = this.#news.shift()
    if (news === undefined) return undefined
    this.#seen.give(news)
    return { path: join(this.#directory, news.path), ...news.state, kind: news.kind }
  }

  async #wait(life: Lifetime): Promise<WatchedFile> {
    for (;;) {
      const file = this.#take()
      if (file !== undefined) return file
      await this.#untilDue(life)
      life.signal.throwIfAborted()
      await this.#look(life)
    }
  }

  /** Waits until it is time for the next look: the interval is over, a file may have come to rest, or there is a hint. */
  async #untilDue(life: Lifetime): Promise<void> {
    const { ctx } = life
    const looked = this.#lookedAt ?? -Infinity
    const due = Math.min(looked + this.#settings.interval, this.#seen.dueAt)
    const wake = new AbortController()
    this.#wake = wake
    const stop = (): void => wake.abort()
    life.signal.addEventListener('abort', stop, { once: true })
    if (!this.#hinted) await ctx.delay(due - ctx.now(), wake.signal).catch(() => {})
    life.signal.removeEventListener('abort', stop)
    this.#wake = null
    if (this.#hinted) await life.delay(looked + HINT_GAP - ctx.now())
  }

  #hint(): void {
    this.#hinted = true
    this.#wake?.abort()
  }

  async #look(life: Lifetime): Promise<void> {
    const { recursive, hints } = this.#settings
    // From before the look on, so that what changes during it is not missed.
    if (hints) this.#hints.listen(this.#directory, recursive)
    this.#hinted = false
    const found = await this.#scan(life.signal)
    const now = life.ctx.now()
    this.#lookedAt = now
    if (found === null) return
    if (this.#passesOver) this.#seen.passOver(found)
    this.#passesOver = false
    for (const news of this.#seen.compare(found, now)) this.#news.push(news)
  }

  /** Null while there is no such directory, and that is waited for. */
  async #scan(signal: AbortSignal): Promise<Map<string, FileState> | null> {
    const { recursive, wants } = this.#settings
    try {
      return await scanDirectory(this.#directory, recursive, wants, signal)
    } catch (error) {
      if (signal.aborted) throw error
      const missing = isMissing(error)
      if (missing && this.#settings.missing === 'wait') {
        // Whatever it listened to is gone.
        this.#hints.close()
        return null
      }
      throw new WatchError(
        `The directory '${this.#directory}' cannot be watched: ${missing ? 'it is not there' : reasonOf(error)}`,
        { cause: error, remedy: missing ? "Create it first, or pass missing: 'wait'." : 'See the cause.' },
      )
    }
  }
}

function resolveWatch(directory: string, options: WatchOptions): WatchSettings {
  const { pattern, recursive = false, existing = true, settle = 200 } = options
  const { interval = 1_000, hints = true, missing = 'error' } = options
  if (typeof directory !== 'string' || directory === '') {
    throw invalidArgument('watchDirectory', 'the directory must be a path', 'pass a string that is not empty')
  }
  if (missing !== 'error' && missing !== 'wait') {
    throw invalidArgument('watchDirectory', `missing must be 'error' or 'wait'`, 'pass one of them')
  }
  if (settle !== 0) checkMilliseconds('watchDirectory', 'settle', settle)
  checkMilliseconds('watchDirectory', 'interval', interval)
  return { wants: fileFilter(pattern), recursive, existing, settle, interval, hints, missing }
}
