import { type Signal, signal } from '@preact/signals'
import type { JSX } from 'preact'
import { browserClock } from '../browser-clock.ts'

interface Shown {
  readonly key: number
  readonly text: string
  readonly isError: boolean
}

/** Milliseconds that one is shown; errors stay until they are closed. */
const SHOWN = 6000
/** The newest so many. */
const MOST = 4

const shown: Signal<readonly Shown[]> = signal([])
let last = 0

/** Tells what came of something that was asked for. */
export function notify(text: string, { isError = false } = {}): void {
  const key = ++last
  shown.value = [...shown.value, { key, text, isError }].slice(-MOST)
  if (!isError) browserClock.after(SHOWN, () => close(key))
}

const close = (key: number): void => {
  shown.value = shown.value.filter((one) => one.key !== key)
}

/** Where they are told. */
export function Notices(): JSX.Element {
  return (
    <div class="notices" role="status" aria-live="polite">
      {shown.value.map(({ key, text, isError }) => (
        <div key={key} class={isError ? 'notice bad' : 'notice'}>
          <span>{text}</span>
          <button type="button" class="quiet" aria-label="Close this notice" onClick={() => close(key)}>
            ×
          </button>
        </div>
      ))}
    </div>
  )
}
