import type { CommandUnknownOpts } from '@commander-js/extra-typings'
import { jobsArgument } from '../job-reference/job-argument.ts'
import { serverCommand } from '../server-command.ts'
import { withServer } from '../server-connection.ts'

const example = `
It asks first. A job that still does something is refused, unless it is forced.

Example:
  $ millrace delete 3
  $ millrace delete 3 "word count" --yes`

export const deleteCommand = (): CommandUnknownOpts =>
  serverCommand('delete')
    .description('Deletes jobs, with their logs, checkpoints and files.')
    .addArgument(jobsArgument())
    .option('-y, --yes', 'do not ask')
    .option('--force', 'do not ask, and cancel those first that still do something')
    .addHelpText('after', example)
    .action((references, given) =>
      withServer(given, async (connection) => {
        const { deleteJobs } = await import('../job-actions/delete-jobs.ts')
        const { yes = false, force = false } = given
        await deleteJobs(references, { yes, force }, connection)
      }),
    )
