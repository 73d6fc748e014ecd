const signals = ['SIGINT', 'SIGTERM'] as const

/** Whoever waits. They share one handler per signal: Node takes many handlers of one event for a leak. */
const waiting = new Set<() => void>()

const interrupt = (): void => {
  for (const interrupted of [...waiting]) interrupted()
}

/** Calls back with 1, 2, ... at each Ctrl-C or SIGTERM until released. No handler stays behind. */
export function onInterrupt(interrupted: (times: number) => void): () => void {
  let times = 0
  const count = (): void => interrupted(++times)
  if (waiting.size === 0) for (const signal of signals) process.on(signal, interrupt)
  waiting.add(count)
  return () => {
    if (waiting.delete(count) && waiting.size === 0) {
      for (const signal of signals) process.removeListener(signal, interrupt)
    }
  }
}
