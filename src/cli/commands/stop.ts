import type { CommandUnknownOpts } from '@commander-js/extra-typings'
import { jobsArgument } from '../job-reference/job-argument.ts'
import { serverCommand } from '../server-command.ts'
import { withServer } from '../server-connection.ts'

const example = `
A job that keeps checkpoints saves its state first: \`continue\` goes on from there, with no record lost and none done
twice. One without, or with --no-savepoint, finishes what is in flight, and begins again when it is continued.
The exit code is 0 when all of them are stopped, or have completed meanwhile.

Example:
  $ millrace stop 3
  $ millrace stop 3 "word count" --no-wait`

export const stopCommand = (): CommandUnknownOpts =>
  serverCommand('stop')
    .description('Stops jobs, so that they can be continued, and waits until they are over.')
    .addArgument(jobsArgument())
    .option('--savepoint', 'save the state (default: where the job keeps checkpoints)')
    .option('--no-savepoint', 'finish what is in flight instead')
    .option('--no-wait', 'do not wait for the end')
    .addHelpText('after', example)
    .action((references, given) =>
      withServer(given, async (connection) => {
        const { stopJobs } = await import('../job-actions/stop-jobs.ts')
        await stopJobs(references, given, connection)
      }),
    )
