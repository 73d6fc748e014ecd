import { type CommandUnknownOpts, Option } from '@commander-js/extra-typings'
import { sinceOption } from '../following/since.ts'
import { streamFormatOption } from '../following/stream-format.ts'
import { tailOption } from '../following/tail-option.ts'
import { jobArgument } from '../job-reference/job-argument.ts'
import { serverCommand } from '../server-command.ts'
import { withServer } from '../server-connection.ts'

const example = `
What the job has written, to stdout and to stderr, goes to stdout here, over all of its runs. Remarks of the server,
as on when a process was started, go to stderr, unless they are asked for with --stream system or shown as JSON.

Example:
  $ millrace logs 1 --follow --tail 20
  $ millrace logs 1 --stream stderr --since 10m --timestamps`

const streams = ['stdout', 'stderr', 'system'] as const

export const logsCommand = (): CommandUnknownOpts =>
  serverCommand('logs')
    .description('Shows what a job has written. The newest 10 000 lines of a job are kept.')
    .addArgument(jobArgument())
    .option('-f, --follow', 'go on with what it writes, until it is over')
    .addOption(tailOption())
    .addOption(sinceOption())
    .addOption(new Option('--stream <stream>', 'only one of them').choices(streams))
    .option('-t, --timestamps', 'begin each line with its time')
    .addOption(streamFormatOption())
    .addHelpText('after', example)
    .action((reference, { output, ...given }) =>
      withServer(given, async (connection) => {
        const [{ findJob }, { showLogs }, { streamFormat }] = await Promise.all([
          import('../job-reference/find-job.ts'),
          import('../following/show-logs.ts'),
          import('../following/stream-format.ts'),
        ])
        const job = await findJob(reference, connection)
        await showLogs(job, { ...given, format: streamFormat(output, connection.settings) }, connection)
      }),
    )
