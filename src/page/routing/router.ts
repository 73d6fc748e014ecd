import { type Signal, signal } from '@preact/signals'
import { hrefOf, parseRoute, type Route } from './route.ts'

const current = (): Route => parseRoute(location.pathname, location.search)

/** Where one is. */
export const route: Signal<Route> = signal(current())

/** Goes there. With `replace` the way back leads past where one was. */
export function go(to: Route, { replace = false } = {}): void {
  history[replace ? 'replaceState' : 'pushState'](null, '', hrefOf(to))
  route.value = to
}

/** Follows the links of the page, and the buttons of the browser. */
export function followLinks(): void {
  addEventListener('popstate', () => (route.value = current()))
  document.addEventListener('click', (event) => {
    const link = (event.target as Element).closest('a')
    if (link === null || event.defaultPrevented || event.button !== 0) return
    if (event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) return
    if (link.origin !== location.origin || link.target !== '' || link.hasAttribute('download')) return
    if (link.pathname.startsWith('/api/')) return
    event.preventDefault()
    go(parseRoute(link.pathname, link.search))
  })
}
