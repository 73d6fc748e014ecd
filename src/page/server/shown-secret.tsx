import type { JSX } from 'preact'
import { notify } from '../ui/notices.tsx'

interface ShownSecretProps {
  /** Whose it is, in a sentence that goes before it. */
  readonly text: string
  readonly secret: string
  readonly onClose: () => void
}

/** A secret that is shown once. */
export function ShownSecret({ text, secret, onClose }: ShownSecretProps): JSX.Element {
  const copy = async (): Promise<void> => {
    try {
      await navigator.clipboard.writeText(secret)
      notify('It was copied.')
    } catch {
      notify('This browser does not let the page copy it. Choose it and copy it by hand.', { isError: true })
    }
  }
  return (
    <div class="secret">
      <p role="status">
        {text} <code>{secret}</code>
      </p>
      <p class="faint">It is shown this once.</p>
      <div class="buttons">
        <button type="button" onClick={() => void copy()}>
          Copy
        </button>
        <button type="button" onClick={onClose}>
          I have it
        </button>
      </div>
    </div>
  )
}
