import { END, type SourceProgress } from '../../../functions/user-functions.ts'
import { isThenable } from '../../../util/is-thenable.ts'
import type { StageState } from '../../state/stage-state.ts'
import { UnsavedState } from '../../state/unsaved-state.ts'
import type { LoopState } from '../loop-state.ts'
import { tooShort } from './array-head.ts'
import type { Head } from './head.ts'

/** A pull source of the user's, opened: see PullSource. */
export interface OpenedPull {
  next(): unknown
  open?(): unknown
  close?(): unknown
  snapshot?: (() => unknown) | undefined
  restore?: ((position: unknown) => unknown) | undefined
  progress?: (() => SourceProgress) | undefined
}

/** Records between two looks at where a source stands: a look costs more than most sources need for a record. */
const NOTED_EVERY = 256

/** Where a source goes on: behind a position, and so many records more. */
interface SavedPosition {
  readonly position: unknown
  readonly skip: number
}

/**
 * A source that is pulled one record at a time until it returns END. What a `next` gives that is pending when a barrier
 * passes comes behind it, and the source cannot say then where it stood before the call: that is told by the position
 * noted last, and by how many records came since.
 */
export class PullHead implements Head {
  readonly kind = 'pull'
  readonly unread = 0
  readonly held = 0
  readonly #source: OpenedPull
  readonly #onStop: () => void
  #stopped = false
  /** Says where the source stands; null where nobody saves it. */
  readonly #position: (() => unknown) | null
  #noted: unknown = undefined
  /** Calls since then, a pending one included. */
  #calls = NOTED_EVERY
  /** Records to leave out, which came before the checkpoint. */
  #skip = 0
  #pending = false
  #isOpen = false
  #told: SourceProgress | undefined = undefined

  /** @param onStop aborts the source's own signal, so that a pending `next` can give up. */
  constructor(source: OpenedPull, state: StageState, onStop: () => void) {
    this.#source = source
    this.#onStop = onStop
    const { snapshot, restore } = source
    const saved = snapshot !== undefined && restore !== undefined && !(state instanceof UnsavedState)
    this.#position = saved ? snapshot : null
    if (!saved) return
    state.value('position', {
      save: (): SavedPosition =>
        this.#pending ? { position: this.#noted, skip: this.#calls - 1 } : { position: snapshot(), skip: 0 },
      load: (saved) => {
        const { position, skip } = saved as SavedPosition
        this.#skip = skip
        return restore(position)
      },
    })
  }

  async open(): Promise<void> {
    await this.#source.open?.()
    this.#isOpen = true
    for (let skipped = 0; skipped < this.#skip; skipped++) {
      const record = this.#source.next()
      if ((isThenable(record) ? await record : record) === END) throw tooShort(skipped, this.#skip)
    }
  }

  fill(state: LoopState): 'ready' | 'idle' | 'ended' {
    if (this.#stopped) return 'ended'
    state.pull = this.#pull
    return 'ready'
  }

  answered(): void {
    this.#pending = false
    // A source that takes its time can afford a look before every call.
    this.#calls = NOTED_EVERY
  }

  /** As the source tells while it is open, and what it told last; undefined where it cannot tell. */
  get progress(): SourceProgress | undefined {
    if (!this.#isOpen) return this.#told
    try {
      this.#told = this.#source.progress?.()
    } catch {
      // Somebody looks at the job, which goes on without: what was told last is all that is known.
    }
    return this.#told
  }

  stop(): void {
    this.#stopped = true
    this.#onStop()
  }

  cancel(): void {
    this.stop()
  }

  close(): unknown {
    this.#told = this.progress
    this.#isOpen = false
    return this.#source.close?.()
  }

  readonly #pull = (): unknown => {
    if (this.#position !== null) {
      if (this.#calls === NOTED_EVERY) {
        this.#noted = this.#position()
        this.#calls = 0
      }
      this.#calls++
    }
    const record = this.#source.next()
    if (!isThenable(record)) return record
    this.#pending = true
    return record
  }
}
