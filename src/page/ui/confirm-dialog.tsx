import type { JSX } from 'preact'
import { useLayoutEffect, useRef } from 'preact/hooks'

interface ConfirmDialogProps {
  readonly question: string
  readonly details?: string
  /** What is done: the word on the button. */
  readonly action: string
  readonly isDangerous?: boolean
  readonly onConfirm: () => void
  readonly onCancel: () => void
}

/** Asks before something that cannot be undone. Escape, and a click beside it, mean no. */
export function ConfirmDialog(props: ConfirmDialogProps): JSX.Element {
  const { question, details, action, isDangerous = false, onConfirm, onCancel } = props
  const dialog = useRef<HTMLDialogElement>(null)
  useLayoutEffect(() => {
    const before = document.activeElement
    const shown = dialog.current
    shown?.showModal()
    return () => {
      // A dialog that is taken out of the page gives nothing back by itself.
      shown?.close()
      if (before instanceof HTMLElement && before.isConnected) before.focus()
    }
  }, [])
  return (
    <dialog
      ref={dialog}
      class="dialog"
      aria-labelledby="dialog-question"
      aria-describedby={details === undefined ? undefined : 'dialog-details'}
      onCancel={onCancel}
      onClick={(event) => {
        if (event.target === dialog.current) onCancel()
      }}
    >
      <form
        method="dialog"
        onSubmit={(event) => {
          event.preventDefault()
          onConfirm()
        }}
      >
        <h2 id="dialog-question">{question}</h2>
        {details === undefined ? null : <p id="dialog-details">{details}</p>}
        <div class="buttons">
          <button type="button" autofocus onClick={onCancel}>
            Keep
          </button>
          <button type="submit" class={isDangerous ? 'primary danger' : 'primary'}>
            {action}
          </button>
        </div>
      </form>
    </dialog>
  )
}
