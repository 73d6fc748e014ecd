/** Milliseconds after which Replicate takes requests again: it says so in a sentence, and not in a header. */
export function retryAfterInThrottle(detail: string): number | undefined {
  const seconds = /resets in ~?(\d+(?:\.\d+)?) ?s/i.exec(detail)?.[1]
  return seconds === undefined ? undefined : Number(seconds) * 1_000
}
