import process from 'node:process'
import { type CommandUnknownOpts, Option } from '@commander-js/extra-typings'
import { exitCodes } from '../exit-codes.ts'
import { serverCommand } from '../server-command.ts'
import { withServer } from '../server-connection.ts'
import { note } from '../terminal.ts'

const example = `
Example:
  $ millrace metrics --filter millrace_jobs`

export const metricsCommand = (): CommandUnknownOpts =>
  serverCommand('metrics')
    .description("Shows the job server's figures, in the text format of Prometheus.")
    .addOption(new Option('--filter <name>', 'only those that have this in their names'))
    .addHelpText('after', example)
    .action(({ filter, ...given }) =>
      withServer(given, async ({ client, signal }) => {
        const text = await client.metrics({ signal })
        const { filterMetrics } = await import('../info/filter-metrics.ts')
        const shown = filter === undefined ? text : filterMetrics(text, filter)
        process.stdout.write(shown)
        if (shown !== '') return
        note(`No figure has \`${filter}\` in its name`)
        process.exitCode = exitCodes.notFound
      }),
    )
