import process from 'node:process'
import { Command, type CommandUnknownOpts, Option } from '@commander-js/extra-typings'
import { exitCodes } from '../../exit-codes.ts'
import { streamFormatOption } from '../../following/stream-format.ts'
import { tailOption } from '../../following/tail-option.ts'
import { untilInterrupted } from '../../interrupts.ts'
import * as options from '../../options.ts'
import { note } from '../../terminal.ts'

const example = `
The log is there whether the server runs or not. What a job writes is in \`millrace logs\`.

Example:
  $ millrace jobmanager logs --follow --tail 20
  $ millrace jobmanager logs --level warn --output ndjson | jq .msg`

const levels = ['debug', 'info', 'warn', 'error'] as const

export const logsCommand = (): CommandUnknownOpts =>
  new Command('logs')
    .summary("show the job server's own log")
    .description("Shows the job server's own log, with its older files as far as they are kept.")
    .addOption(options.dataOption())
    .option('-f, --follow', 'go on with what is written, until Ctrl-C')
    .addOption(tailOption())
    .addOption(new Option('--level <level>', 'only what is at least as grave').choices(levels))
    .addOption(streamFormatOption())
    .addHelpText('after', example)
    .action(async ({ data, output = 'text', follow = false, tail, level }) => {
      const [{ dataFolder }, { existsSync }, { showServerLog }] = await Promise.all([
        import('../../../jobs/daemon/data-folder.ts'),
        import('node:fs'),
        import('../../following/show-server-log.ts'),
      ])
      const { log } = dataFolder(data)
      if (!existsSync(log)) {
        note(`There is no log yet: ${log}`)
        if (!follow) process.exitCode = exitCodes.notFound
      }
      await untilInterrupted((signal) => showServerLog(log, { format: output, follow, tail, level }, signal))
    })
