import { useSignal } from '@preact/signals'
import type { JSX } from 'preact'
import { messageOf } from '../link/api-error.ts'
import { ConfirmDialog } from './confirm-dialog.tsx'
import { notify } from './notices.tsx'

interface ActionButtonProps {
  readonly word: string
  /** Asked first, where it cannot be undone. */
  readonly question?: string
  readonly details?: string
  readonly isDangerous?: boolean
  /** @returns what is told when it is done */
  readonly run: () => Promise<string>
}

/** A button that does something on the server, once at a time, and tells what came of it. */
export function ActionButton(props: ActionButtonProps): JSX.Element {
  const { word, question, details, isDangerous = false, run } = props
  const isAsking = useSignal(false)
  const isBusy = useSignal(false)
  const act = async (): Promise<void> => {
    isAsking.value = false
    isBusy.value = true
    try {
      notify(await run())
    } catch (error) {
      notify(messageOf(error), { isError: true })
    }
    isBusy.value = false
  }
  return (
    <>
      <button
        type="button"
        class={isDangerous ? 'danger' : undefined}
        aria-busy={isBusy.value}
        disabled={isBusy.value}
        onClick={() => (question === undefined ? void act() : (isAsking.value = true))}
      >
        {isBusy.value ? <span class="spinner" aria-hidden="true" /> : null}
        {word}
      </button>
      {isAsking.value ? (
        <ConfirmDialog
          question={question!}
          {...(details === undefined ? {} : { details })}
          action={word}
          isDangerous={isDangerous}
          onConfirm={() => void act()}
          onCancel={() => (isAsking.value = false)}
        />
      ) : null}
    </>
  )
}
