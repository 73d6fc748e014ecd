/** Where the way back stands. */
const key: unique symbol = Symbol.for('millrace.hushed') as never

/**
 * Runs before a program that is loaded once more, of which nothing may be known but that it comes to a submit: what it
 * writes on stdout on its way there it has written where it runs already.
 */
export const hush = `
const write = process.stdout.write
process.stdout.write = (chunk, encoding, done = encoding) => {
  if (typeof done === 'function') process.nextTick(done)
  return true
}
globalThis[Symbol.for('millrace.hushed')] = () => {
  process.stdout.write = write
}
`

/** The program has come to its submit: what it writes is written. */
export function speakUp(): void {
  const back = globalThis as { [key]?: () => void }
  back[key]?.()
}
