import { type Signal, useSignal } from '@preact/signals'
import type { JSX } from 'preact'
import { messageOf } from '../link/api-error.ts'
import { Button } from './button.tsx'
import { ConfirmDialog } from './confirm-dialog.tsx'
import { notify } from './notices.tsx'

interface ActionButtonProps {
  readonly word: string
  /** What it is done to, for those who hear the word alone. */
  readonly of?: string
  /** Asked first, where it cannot be undone. */
  readonly question?: string
  readonly details?: string
  readonly isDangerous?: boolean
  /** Why it is not for whoever looks. */
  readonly refusal?: string | null
  /** The word of the one that is busy, of several that wait for each other. Default: it waits for itself only. */
  readonly busy?: Signal<string | null>
  /** @returns what is told when it is done */
  readonly run: () => Promise<string>
}

/** A button that does something on the server, once at a time, and tells what came of it. */
export function ActionButton(props: ActionButtonProps): JSX.Element {
  const { word, question, details, isDangerous = false, refusal = null, run } = props
  const isAsking = useSignal(false)
  const own = useSignal<string | null>(null)
  const busy = props.busy ?? own
  const act = async (): Promise<void> => {
    isAsking.value = false
    if (busy.value !== null) return
    busy.value = word
    try {
      notify(await run())
    } catch (error) {
      notify(messageOf(error), { isError: true })
    }
    busy.value = null
  }
  return (
    <>
      <Button
        isDangerous={isDangerous}
        refusal={refusal}
        isBusy={busy.value === word}
        disabled={busy.value !== null && busy.value !== word}
        onClick={() => (question === undefined ? void act() : (isAsking.value = true))}
      >
        {word}
        {props.of === undefined ? null : <span class="hidden"> {props.of}</span>}
      </Button>
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
