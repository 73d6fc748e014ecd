import type { ComponentChildren, JSX } from 'preact'

interface ViewProps {
  readonly class?: string
  readonly isBusy?: boolean
  readonly children?: ComponentChildren
}

/** What is shown beneath the bar. It can have the focus, as when one comes from another view. */
export const View = ({ class: name, isBusy = false, children }: ViewProps): JSX.Element => (
  <main id="main" class={name} tabIndex={-1} aria-busy={isBusy || undefined}>
    {children}
  </main>
)
