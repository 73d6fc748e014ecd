import process from 'node:process'
import type { CommandUnknownOpts } from '@commander-js/extra-typings'
import { exitCodes } from '../exit-codes.ts'
import { serverCommand } from '../server-command.ts'
import { withServer } from '../server-connection.ts'
import { note, print } from '../terminal.ts'

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
        const { hasPage } = await import('../open/has-page.ts')
        if (!(await hasPage(client.url, signal))) {
          note('This server has no page yet. `millrace monitor` shows its jobs in the terminal.')
          process.exitCode = exitCodes.failed
          return
        }
        const { openInBrowser } = await import('../open/open-in-browser.ts')
        await openInBrowser(url)
      }),
    )
