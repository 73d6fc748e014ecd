import { Command, Option } from '@commander-js/extra-typings'
import type { CommandUnknownOpts } from '@commander-js/extra-typings'
import * as options from '../../../options.ts'
import { note, print } from '../../../terminal.ts'

const example = `
Scopes:
  read    looks at jobs and events
  submit  that, and submits, stops, continues and deletes jobs
  admin   that, and makes and deletes tokens

Example:
  $ millrace jobmanager token create ci --scope submit > token.txt`

export const tokenCreateCommand = (): CommandUnknownOpts =>
  new Command('create')
    .summary('make a token, and print it')
    .description('Makes a token, and prints it, this once: only its hash is kept.')
    .argument('<name>', 'what to know it by')
    .addOption(
      new Option('-s, --scope <scope>', 'what it is good for')
        .choices(['read', 'submit', 'admin'] as const)
        .default('submit' as const),
    )
    .addOption(options.dataOption())
    .addHelpText('after', example)
    .action(async (name, { scope, data }) => {
      const { withTokens } = await import('../../../../jobs/daemon/with-tokens.ts')
      const { newToken, newTokenId, hashToken } = await import('../../../../jobs/server/tokens.ts')
      const { realClock } = await import('../../../../time/real-clock.ts')
      const token = newToken()
      const hash = hashToken(token).toString('hex')
      const { id } = withTokens(data, (tokens) =>
        tokens.create({ id: newTokenId(), hash, name, scopes: [scope], at: realClock.now() }),
      )
      note(`Token ${id} (${name}, ${scope}). It is not shown again:`)
      print(token)
    })
