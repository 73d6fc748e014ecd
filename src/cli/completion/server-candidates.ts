import { askServer } from './ask-server.ts'
import type { CommandCursor } from './command-cursor.ts'
import type { Candidate } from './completion.ts'

type Environment = Readonly<Record<string, string | undefined>>

/** Names of the other places where jobs run. */
export const providerCandidates = (
  { given }: CommandCursor,
  env: Environment,
): Promise<readonly Candidate[]> =>
  askServer(given, env, async ({ providers }) =>
    (await providers.list()).map(({ name, type }) => ({ value: name, description: type })),
  )

/** Ids of URLs that are told what happens to jobs. */
export const webhookCandidates = (
  { given, operands }: CommandCursor,
  env: Environment,
): Promise<readonly Candidate[]> =>
  askServer(given, env, async ({ webhooks }) =>
    (await webhooks.list())
      .filter(({ id }) => !operands.includes(id))
      .map(({ id, url }) => ({ value: id, description: url })),
  )
