import { useSignal } from '@preact/signals'
import type { JSX } from 'preact'
import { useEffect, useRef } from 'preact/hooks'
import { messageOf } from '../link/api-error.ts'
import type { Session } from '../link/session.ts'
import { go } from '../routing/router.ts'
import { Button } from '../ui/button.tsx'
import { notify } from '../ui/notices.tsx'
import { submitBundle } from './submit-bundle.ts'

/** Takes a bundle that is dropped anywhere on the page, or chosen. */
export function DropBundle({ session }: { readonly session: Session }): JSX.Element {
  const isOver = useSignal(false)
  const isBusy = useSignal(false)
  const refusal = session.refusal('submit')
  const input = useRef<HTMLInputElement>(null)
  const submit = async (file: File | undefined): Promise<void> => {
    if (file === undefined || isBusy.value) return
    const refused = session.refusal('submit')
    if (refused !== null) return notify(refused, { isError: true })
    isBusy.value = true
    try {
      const { id, name } = await submitBundle(session, await file.text())
      notify(`Submitted ${name}.`)
      go({ view: 'job', id, tab: 'graph' })
    } catch (error) {
      notify(`${file.name} was not submitted. ${messageOf(error)}`, { isError: true })
    }
    isBusy.value = false
  }
  useEffect(() => {
    const hasFile = (event: DragEvent): boolean => event.dataTransfer?.types.includes('Files') === true
    const over = (event: DragEvent): void => {
      if (!hasFile(event)) return
      event.preventDefault()
      isOver.value = true
    }
    const left = (event: DragEvent): void => {
      if (event.relatedTarget === null) isOver.value = false
    }
    const dropped = (event: DragEvent): void => {
      if (!hasFile(event)) return
      event.preventDefault()
      isOver.value = false
      void submit(event.dataTransfer?.files[0])
    }
    addEventListener('dragover', over)
    addEventListener('dragleave', left)
    addEventListener('drop', dropped)
    return () => {
      removeEventListener('dragover', over)
      removeEventListener('dragleave', left)
      removeEventListener('drop', dropped)
    }
  }, [session])
  return (
    <>
      <Button refusal={refusal} isBusy={isBusy.value} onClick={() => input.current?.click()}>
        Submit a bundle
      </Button>
      <input
        ref={input}
        type="file"
        class="hidden"
        tabIndex={-1}
        aria-label="A bundle to submit"
        onChange={(event) => {
          void submit(event.currentTarget.files?.[0])
          event.currentTarget.value = ''
        }}
      />
      {isOver.value ? <div class="drop">{refusal ?? 'Drop a bundle to submit it'}</div> : null}
    </>
  )
}
