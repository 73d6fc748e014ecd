import type { CommandUnknownOpts } from '@commander-js/extra-typings'
import { serverCommand } from '../server-command.ts'
import { withServer } from '../server-connection.ts'
import { print } from '../terminal.ts'

const example = `
The browser is the one that \`open\` (macOS), \`start\` (Windows) or \`xdg-open\` chooses.

Example:
  $ millrace open
  $ millrace open --print --context production`

export const openCommand = (): CommandUnknownOpts =>
  serverCommand('open')
    .description("Opens the job server's page in the browser, and prints its address.")
    .option('--print', 'only print the address')
    .addHelpText('after', example)
    .action(({ print: onlyPrints = false, ...given }) =>
      withServer(given, async ({ client, settings, signal }) => {
        const url = settings.url.value
        print(url)
        if (onlyPrints) return
        await client.health({ signal })
        const { openInBrowser } = await import('../open/open-in-browser.ts')
        await openInBrowser(url)
      }),
    )
