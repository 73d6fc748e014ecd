import type { ComponentChildren, JSX } from 'preact'
import { TableFrame } from './table-frame.tsx'

/** A column: its name, and whether it has figures, or is named for those only who do not see what is in it. */
export type Heading =
  string | { readonly text: string; readonly isNumber?: boolean; readonly isUnseen?: boolean }

/** A column of what can be done. */
export const deeds: Heading = { text: 'What to do', isUnseen: true }
/** A column of figures. */
export const figures = (text: string): Heading => ({ text, isNumber: true })

interface DataTableProps {
  readonly label: string
  readonly headings: readonly Heading[]
  /** Shown above it. */
  readonly caption?: string
  readonly class?: string
  /** Rows. */
  readonly children: ComponentChildren
}

/** A table with its headings, in a frame that it is scrolled in. */
export function DataTable({ label, headings, caption, class: more, children }: DataTableProps): JSX.Element {
  return (
    <TableFrame label={label}>
      <table class={more === undefined ? 'table' : `table ${more}`}>
        <caption class={caption === undefined ? 'hidden' : undefined}>{caption ?? label}</caption>
        <thead>
          <tr>
            {headings.map((heading) => {
              const { text, isNumber = false, isUnseen = false } = asHeading(heading)
              return (
                <th key={text} scope="col" class={isNumber ? 'number' : undefined}>
                  {isUnseen ? <span class="hidden">{text}</span> : text}
                </th>
              )
            })}
          </tr>
        </thead>
        <tbody>{children}</tbody>
      </table>
    </TableFrame>
  )
}

const asHeading = (heading: Heading): Exclude<Heading, string> =>
  typeof heading === 'string' ? { text: heading } : heading
