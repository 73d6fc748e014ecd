import { effect, type Signal, signal } from '@preact/signals'

export type Theme = 'system' | 'light' | 'dark'

const KEPT = 'millrace.theme'
const order: readonly Theme[] = ['system', 'light', 'dark']

/** How the page looks: as the system does, unless somebody wants it otherwise. */
export const theme: Signal<Theme> = signal((localStorage.getItem(KEPT) as Theme | null) ?? 'system')

export const nextTheme = (): void => {
  theme.value = order[(order.indexOf(theme.value) + 1) % order.length]!
}

/** Keeps the page as it is wanted. */
export function followTheme(): void {
  effect(() => {
    if (theme.value === 'system') {
      document.documentElement.removeAttribute('data-theme')
      localStorage.removeItem(KEPT)
    } else {
      document.documentElement.dataset['theme'] = theme.value
      localStorage.setItem(KEPT, theme.value)
    }
  })
}
