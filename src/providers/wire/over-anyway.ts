import { ProviderRefusedError } from '../../errors/provider-errors.ts'
import { isSettled } from '../../job/job-status.ts'
import type { ObservedJob } from '../job-provider.ts'

/** Statuses by which APIs refuse to end what is over. */
const OVER: readonly (number | undefined)[] = [400, 405, 409, 412, 422]

/** After a refusal to end a job: resolves if that is because it is over, as then there is nothing to end. @throws the refusal */
export async function overAnyway(refusal: unknown, get: () => Promise<ObservedJob>): Promise<void> {
  if (!(refusal instanceof ProviderRefusedError) || !OVER.includes(refusal.status)) throw refusal
  const { status } = await get()
  if (status === null || !isSettled(status)) throw refusal
}
