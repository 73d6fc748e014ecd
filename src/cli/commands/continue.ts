import type { CommandUnknownOpts } from '@commander-js/extra-typings'
import { jobsArgument } from '../job-reference/job-argument.ts'
import { serverCommand } from '../server-command.ts'
import { withServer } from '../server-connection.ts'

const example = `
A stopped job goes on from its savepoint; one that has none begins again. A job that has completed, failed or was
cancelled is over for good: \`restart\` runs its program again, as a new job.

Example:
  $ millrace continue 3
  $ millrace continue 3 && millrace watch 3`

export const continueCommand = (): CommandUnknownOpts =>
  serverCommand('continue')
    .description('Continues stopped jobs.')
    .addArgument(jobsArgument())
    .addHelpText('after', example)
    .action((references, given) =>
      withServer(given, async (connection) => {
        const { continueJobs } = await import('../job-actions/continue-jobs.ts')
        await continueJobs(references, connection)
      }),
    )
