import { within } from '../foreign/within.ts'
import { Refusal } from './refusal.ts'
import type { ServerContext } from './server-context.ts'

/** Milliseconds for a provider to do what somebody waits for. */
const PATIENCE = 30_000

/** What a provider is asked for. @throws a refusal: 504 where it takes too long */
export function inTime<T>(
  { clock }: Pick<ServerContext, 'clock'>,
  provider: string,
  work: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  const late = (): Refusal =>
    new Refusal(
      504,
      'ERR_PROVIDER_UNAVAILABLE',
      `${provider} has not answered within ${PATIENCE / 1_000} s.`,
      {
        remedy: 'Look at the job again: it may have been done all the same.',
      },
    )
  return within({ clock, ms: PATIENCE, signal: new AbortController().signal, late }, work)
}
