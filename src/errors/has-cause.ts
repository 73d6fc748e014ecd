/** Errors looked at: a chain of causes may lead in a circle. */
const DEPTH = 32

/** Whether what was thrown, or one of its causes, is an error of one of these classes. Never throws. */
export function hasCause(
  thrown: unknown,
  kinds: readonly { [Symbol.hasInstance](value: unknown): boolean }[],
): boolean {
  try {
    let at = thrown
    for (let depth = 0; depth < DEPTH && typeof at === 'object' && at !== null; depth++) {
      const error: object = at
      if (kinds.some((kind) => error instanceof kind)) return true
      at = (error as { readonly cause?: unknown }).cause
    }
  } catch {
    // An error that cannot be read is none that we know.
  }
  return false
}
