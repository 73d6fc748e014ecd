/**
 * That of the browser. Where the machine has none, it may be `en-US@posix`, which Intl refuses. uPlot asks it as it is
 * loaded, and the whole page would fail with it: so this is to be loaded before, and mends what is asked.
 */
export const language: string = validLanguage()

function validLanguage(): string {
  try {
    return Intl.getCanonicalLocales(navigator.language)[0]!
  } catch {
    Object.defineProperty(navigator, 'language', { value: 'en', configurable: true })
    return 'en'
  }
}
