import type { ComponentChildren, JSX } from 'preact'

interface TableFrameProps {
  readonly label: string
  readonly children: ComponentChildren
}

/** Where a table that is wider than the page is scrolled, by keys as well. */
export const TableFrame = ({ label, children }: TableFrameProps): JSX.Element => (
  <div class="table-frame" tabIndex={0} role="group" aria-label={label}>
    {children}
  </div>
)
