import { reasonOf } from '../../errors/reason-of.ts'

/** Characters of a reason. */
const LONGEST = 500

/** Why something failed, in its first line: what to do about it is for whoever looks after the server. */
export const failureReason = (error: unknown): string =>
  (reasonOf(error).split('\n')[0] as string).slice(0, LONGEST)
