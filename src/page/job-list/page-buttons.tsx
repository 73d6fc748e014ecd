import type { JSX } from 'preact'
import { formatCount } from '../format/format.ts'
import type { ListRoute } from '../routing/route.ts'
import { go } from '../routing/router.ts'
import { Button } from '../ui/button.tsx'

interface PageButtonsProps {
  readonly route: ListRoute
  /** Of all pages. */
  readonly total: number
  /** Of a page. */
  readonly size: number
}

/** Leads to other pages of a list. */
export function PageButtons({ route, total, size }: PageButtonsProps): JSX.Element {
  const { page } = route
  const last = Math.max(1, Math.ceil(total / size))
  const leads = (word: string, to: number): JSX.Element => (
    <Button isOff={to === page || to < 1 || to > last} onClick={() => go({ ...route, page: to })}>
      {word}
    </Button>
  )
  return (
    <nav class="pages" aria-label="Pages of jobs">
      {leads('First', 1)}
      {leads('Back', page - 1)}
      <span class="faint" role="status">
        {formatCount(Math.min(total, (page - 1) * size + 1))} to {formatCount(Math.min(total, page * size))}{' '}
        of {formatCount(total)}
      </span>
      {leads('Next', page + 1)}
      {leads('Last', last)}
    </nav>
  )
}
