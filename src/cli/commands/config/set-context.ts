import { Command } from '@commander-js/extra-typings'
import type { CommandUnknownOpts } from '@commander-js/extra-typings'
import { note } from '../../terminal.ts'

const example = `
Example:
  $ millrace config set-context production --url https://jobs.example.org --token-file ~/.millrace-token --use
  $ millrace jobmanager token create laptop | millrace config set-context local --url http://127.0.0.1:19001 --token-file -`

export const setContextCommand = (): CommandUnknownOpts =>
  new Command('set-context')
    .summary('give a server a name, or change what is known of it')
    .description(
      'Gives a server a name in the configuration file, or changes what is known of one that has one.',
    )
    .argument('<context>', 'its name')
    .option('--url <url>', 'its address')
    .option('--token-file <file>', 'a file that holds its token; - keeps the one on the standard input')
    .option('--use', 'use it from now on where no other is named')
    .addHelpText('after', example)
    .action(async (name, { url, tokenFile, use }) => {
      const { changeConfig, readStandardInput } = await import('../../settings/change-config.ts')
      const { withServerSetting } = await import('../../settings/config-keys.ts')
      const { checkContextName, contextNamed, withContext } = await import('../../settings/contexts.ts')
      const { InvalidArgumentError } = await import('../../../errors/invalid-argument-error.ts')
      const { checkToken } = await import('../../../jobs/daemon/token-file.ts')
      checkContextName(name)
      const token = tokenFile === '-' ? checkToken(readStandardInput(), 'the standard input') : undefined
      let isUsed = false
      changeConfig((config) => {
        let server = contextNamed(config, name)
        if (server?.url === undefined && url === undefined) {
          throw new InvalidArgumentError(`The context \`${name}\` needs an address.`, {
            remedy: 'give --url, as in http://127.0.0.1:19001',
          })
        }
        server ??= {}
        if (url !== undefined) server = withServerSetting(server, 'url', url)
        if (token !== undefined) server = withServerSetting(server, 'token', token)
        else if (tokenFile !== undefined) server = withServerSetting(server, 'tokenFile', tokenFile)
        const changed = withContext(config, name, server)
        isUsed = use === true || config.context === name
        return use === true ? { ...changed, context: name } : changed
      })
      note(
        isUsed
          ? `${name} is in use`
          : `Use it with --context ${name}, or millrace config use-context ${name}`,
      )
    })
