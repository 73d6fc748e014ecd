const signals = ['SIGINT', 'SIGTERM'] as const

/** Calls back with 1, 2, ... at each Ctrl-C or SIGTERM until released. No handler stays behind. */
export function onInterrupt(interrupted: (times: number) => void): () => void {
  let times = 0
  const handler = (): void => interrupted(++times)
  for (const signal of signals) process.on(signal, handler)
  return () => {
    for (const signal of signals) process.removeListener(signal, handler)
  }
}
