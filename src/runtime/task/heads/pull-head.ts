import type { SourceProgress } from '../../../functions/user-functions.ts'
import { isThenable } from '../../../util/is-thenable.ts'
import type { StageState } from '../../state/stage-state.ts'
import { UnsavedState } from '../../state/unsaved-state.ts'
import type { LoopState } from '../loop-state.ts'
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

/**
 * A source that is pulled one record at a time until it returns END. What a `next` gives that is pending when a barrier
 * passes comes behind it, so the position saved then is that of before the call.
 */
export class PullHead implements Head {
  readonly kind = 'pull'
  readonly unread = 0
  readonly held = 0
  readonly #source: OpenedPull
  readonly #onStop: () => void
  #stopped = false
  /** Where the source stood before the last call; null where nobody saves it. */
  readonly #position: (() => unknown) | null
  #before: unknown = undefined
  #pending = false

  /** @param onStop aborts the source's own signal, so that a pending `next` can give up. */
  constructor(source: OpenedPull, state: StageState, onStop: () => void) {
    this.#source = source
    this.#onStop = onStop
    const { snapshot, restore } = source
    const saved = snapshot !== undefined && restore !== undefined && !(state instanceof UnsavedState)
    this.#position = saved ? snapshot : null
    if (!saved) return
    state.value('position', {
      save: () => (this.#pending ? this.#before : snapshot()),
      load: (position) => restore(position),
    })
  }

  open(): unknown {
    return this.#source.open?.()
  }

  fill(state: LoopState): 'ready' | 'idle' | 'ended' {
    if (this.#stopped) return 'ended'
    state.pull = this.#pull
    return 'ready'
  }

  answered(): void {
    this.#pending = false
  }

  get progress(): SourceProgress | undefined {
    return this.#source.progress?.()
  }

  stop(): void {
    this.#stopped = true
    this.#onStop()
  }

  cancel(): void {
    this.stop()
  }

  close(): unknown {
    return this.#source.close?.()
  }

  readonly #pull = (): unknown => {
    if (this.#position !== null) this.#before = this.#position()
    const record = this.#source.next()
    this.#pending = isThenable(record)
    return record
  }
}
