import { HttpError } from '../../errors/connector-errors.ts'
import type { OperatorContext } from '../../functions/context.ts'
import type { Retry } from './retry-options.ts'

/**
 * Makes the attempt again while it fails for a reason that may pass, after the backoff, or later where the server asks
 * for it. `signal` ends the wait with its reason.
 */
export async function withRetries<T>(
  ctx: OperatorContext,
  signal: AbortSignal,
  retry: Retry,
  attempt: () => Promise<T>,
): Promise<T> {
  for (let failures = 1; ; failures++) {
    try {
      return await attempt()
    } catch (error) {
      if (!(error instanceof HttpError) || !error.retryable || failures > retry.attempts) throw error
      const wait = Math.max(retry.wait(failures), error.retryAfter ?? 0)
      ctx.metrics.count('retries')
      ctx.logger.warn(`${error.message.split('\n')[0]}; trying again in ${wait} ms`, {
        operator: ctx.operator,
      })
      await ctx.delay(wait, signal)
    }
  }
}
