import { allJobs } from '../routing/route.ts'
import { go } from '../routing/router.ts'

/** Keys that do something wherever one is, unless one types: `/` searches, `g` then `j` or `s` goes to jobs or the server. */
export function followKeys(): void {
  let isGoing = false
  document.addEventListener('keydown', (event) => {
    const target = event.target as Element
    if (event.ctrlKey || event.metaKey || event.altKey || target.closest('input, textarea, select') !== null)
      return
    if (isGoing && event.key === 'j') go(allJobs)
    else if (isGoing && event.key === 's') go({ view: 'server' })
    else if (event.key === '/') {
      const search = document.querySelector<HTMLInputElement>('input[type=search]')
      if (search === null) return
      event.preventDefault()
      search.focus()
    }
    isGoing = event.key === 'g'
  })
}
