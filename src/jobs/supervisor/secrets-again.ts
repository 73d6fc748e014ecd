import type { Submission } from '../../protocol/submission.ts'
import type { KeptSubmission } from '../store/job-store.ts'
import { missingSecrets } from './refusals.ts'

/** Secrets for a submission that is made again: all that it had. @throws InvalidArgumentError where there are not. */
export function secretsAgain(
  { secretNames = [] }: KeptSubmission,
  there: Submission['secrets'],
): Submission['secrets'] {
  const missing = secretNames.filter((name) => !Object.hasOwn(there, name))
  if (missing.length > 0) throw missingSecrets(missing)
  return there
}
