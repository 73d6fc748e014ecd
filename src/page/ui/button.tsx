import type { ComponentChildren, JSX } from 'preact'
import { useId } from 'preact/hooks'
import { notify } from './notices.tsx'

interface ButtonProps {
  /** Why it is not for whoever looks: it is read out, and told by a click. */
  readonly refusal?: string | null
  /** Whether it does now what it does. */
  readonly isBusy?: boolean
  readonly isDangerous?: boolean
  readonly isPrimary?: boolean
  readonly type?: 'button' | 'submit'
  /** Where there is nothing to do; one of them cannot have the focus. */
  readonly disabled?: boolean
  /** Where there is nothing more to do just now; it keeps the focus. */
  readonly isOff?: boolean
  readonly onClick?: () => void
  readonly children: ComponentChildren
}

/** A button. One that is refused or busy keeps the focus, so that keys and screen readers do not lose their place. */
export function Button(props: ButtonProps): JSX.Element {
  const { refusal = null, isBusy = false, isDangerous = false, isPrimary = false } = props
  const { type = 'button', disabled = false, onClick, children } = props
  const reason = useId()
  const isOff = isBusy || refusal !== null || props.isOff === true
  return (
    <>
      <button
        type={type}
        class={[isPrimary ? 'primary' : '', isDangerous ? 'danger' : ''].join(' ').trim() || undefined}
        disabled={disabled}
        aria-disabled={isOff || undefined}
        aria-busy={isBusy || undefined}
        aria-describedby={refusal === null ? undefined : reason}
        title={refusal ?? undefined}
        onClick={(event) => {
          if (!isOff) return onClick?.()
          // A form is not sent either.
          event.preventDefault()
          if (refusal !== null) notify(refusal)
        }}
      >
        {isBusy ? <span class="spinner" aria-hidden="true" /> : null}
        {children}
      </button>
      {refusal === null ? null : (
        <span id={reason} hidden>
          {refusal}
        </span>
      )}
    </>
  )
}
