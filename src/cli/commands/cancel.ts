import type { CommandUnknownOpts } from '@commander-js/extra-typings'
import { jobsArgument } from '../job-reference/job-argument.ts'
import { serverCommand } from '../server-command.ts'
import { withServer } from '../server-connection.ts'

const example = `
What is in flight is lost, and a cancelled job cannot be continued: to go on with it later, stop it. It asks first.

Example:
  $ millrace cancel 3
  $ millrace cancel 3 "word count" --yes --no-wait`

export const cancelCommand = (): CommandUnknownOpts =>
  serverCommand('cancel')
    .description('Aborts jobs, and waits until they are over.')
    .addArgument(jobsArgument())
    .option('-y, --yes', 'do not ask')
    .option('--force', 'the same as --yes')
    .option('--no-wait', 'do not wait for the end')
    .addHelpText('after', example)
    .action((references, given) =>
      withServer(given, async (connection) => {
        const { cancelJobs } = await import('../job-actions/stop-jobs.ts')
        const { yes = false, force = false, wait } = given
        await cancelJobs(references, { yes: yes || force, wait }, connection)
      }),
    )
