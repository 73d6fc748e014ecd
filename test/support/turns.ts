/** One turn of the event loop: every promise that can settle by then has. */
export const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve))

/** Turns of the event loop enough for a small job to come to rest. */
export const rest = async (): Promise<void> => {
  for (let i = 0; i < 12; i++) await turn()
}
