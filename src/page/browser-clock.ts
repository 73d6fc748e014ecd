/** The one place of the page that knows the time. */
export const browserClock = {
  now: (): number => Date.now(),
  /** @returns how to cancel it. */
  after(ms: number, work: () => void): () => void {
    const timer = setTimeout(work, ms)
    return () => clearTimeout(timer)
  },
} as const

export type BrowserClock = typeof browserClock
