import type { JSX } from 'preact'
import { nextTheme, type Theme, theme } from './theme.ts'

/** In a box of 16 by 16: half of a disc, a sun, a moon. */
const shapes: Readonly<Record<Theme, string>> = {
  system: 'M8 2a6 6 0 1 1 0 12 6 6 0 0 1 0-12ZM8 2v12a6 6 0 0 0 0-12Z',
  light:
    'M8 5a3 3 0 1 1 0 6 3 3 0 0 1 0-6ZM8 1v1.5M8 13.5V15M1 8h1.5M13.5 8H15M3 3l1 1M12 12l1 1M13 3l-1 1M4 12l-1 1',
  dark: 'M13.5 9.6A6 6 0 0 1 6.4 2.5a6 6 0 1 0 7.1 7.1Z',
}

/** Light, dark, or as the system is. */
export function ThemeButton(): JSX.Element {
  return (
    <button
      type="button"
      class="quiet theme"
      aria-label={`Theme: ${theme.value}`}
      title="Light, dark, or as the system is"
      onClick={nextTheme}
    >
      <svg viewBox="0 0 16 16" width="16" height="16" class={theme.value} aria-hidden="true">
        <path d={shapes[theme.value]} />
      </svg>
      <span class="word">{theme.value}</span>
    </button>
  )
}
