import { type CommandUnknownOpts, Option } from '@commander-js/extra-typings'
import process from 'node:process'
import { sortKeys, statusFilters } from '../monitor/monitor-state.ts'
import { secondsOf } from '../options.ts'
import { serverCommand } from '../server-command.ts'
import { withServer } from '../server-connection.ts'

const help = `
Keys are shown at the bottom, all of them by ?. Jobs go on when it is left.

Example:
  $ millrace monitor --status active --sort rate`

export const monitorCommand = (): CommandUnknownOpts =>
  serverCommand('monitor')
    .description('Shows all jobs as they run, full-screen: figures, details, logs; stops and continues them.')
    .addOption(new Option('--interval <seconds>', 'between figures').argParser(secondsOf).default(1000, '1'))
    .addOption(
      new Option('--status <status>', 'jobs to show at first').choices(statusFilters).default('all' as const),
    )
    .addOption(
      new Option('--sort <column>', 'what to sort by at first')
        .choices(sortKeys)
        .default('submitted' as const),
    )
    .addHelpText('after', help)
    .action(async ({ interval, status, sort, ...given }) => {
      if (!process.stdin.isTTY || !process.stdout.isTTY || process.env['TERM'] === 'dumb') {
        const { InvalidArgumentError } = await import('../../errors/invalid-argument-error.ts')
        throw new InvalidArgumentError('`millrace monitor` needs a terminal.', {
          remedy: 'use `millrace list` for the jobs there are, or `millrace watch <job>` for one of them',
        })
      }
      const { runMonitor } = await import('../monitor/run-monitor.ts')
      await withServer(given, (connection) => runMonitor(connection, { interval, status, sort }))
    })
