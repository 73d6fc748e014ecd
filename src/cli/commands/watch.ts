import type { CommandUnknownOpts } from '@commander-js/extra-typings'
import { jobArgument } from '../job-reference/job-argument.ts'
import { outcomeCodes } from '../outcome/outcome-codes.ts'
import { serverCommand } from '../server-command.ts'
import { withServer } from '../server-connection.ts'

const example = `
In a terminal a few lines are drawn over in place; elsewhere each change is a line. Ctrl-C ends the watching, not the
job.

${outcomeCodes}
  130  Ctrl-C

Example:
  $ millrace watch 1`

export const watchCommand = (): CommandUnknownOpts =>
  serverCommand('watch')
    .description('Shows how a job gets on, live, until it is over.')
    .addArgument(jobArgument())
    .addHelpText('after', example)
    .action((reference, given) =>
      withServer(given, async (connection) => {
        const [{ findJob }, { watchJob }] = await Promise.all([
          import('../job-reference/find-job.ts'),
          import('../watch/watch-job.ts'),
        ])
        await watchJob(await findJob(reference, connection), connection)
      }),
    )
