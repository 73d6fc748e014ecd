/**
 * What the work comes to, or the reason of the signal as soon as it is aborted. The work itself may go on: it is not
 * listened to any more.
 */
export function untilAborted<T>(work: Promise<T>, signal: AbortSignal | undefined): Promise<T> {
  if (signal === undefined) return work
  return new Promise((resolve, reject) => {
    const abort = (): void => reject(signal.reason as Error)
    const release = (): void => signal.removeEventListener('abort', abort)
    work.then(resolve, reject).finally(release)
    if (signal.aborted) abort()
    else signal.addEventListener('abort', abort, { once: true })
  })
}
