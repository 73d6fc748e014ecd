import type { CommandUnknownOpts } from '@commander-js/extra-typings'
import { jobsArgument } from '../job-reference/job-argument.ts'
import { outputOption, serverCommand } from '../server-command.ts'
import { withServer } from '../server-connection.ts'

const example = `
What the server's own jobs do is told by their processes, of jobs elsewhere by what they log. With --follow it ends when
all of them are over; as JSON each change is a line then. To see a job's operators, watch it.

Example:
  $ millrace progress 3
  $ millrace progress 3 4 --follow
  $ millrace progress 3 --output json | jq '.[0].eta'`

export const progressCommand = (): CommandUnknownOpts =>
  serverCommand('progress')
    .description('Shows in a line for each job what it does, and how far it is.')
    .addArgument(jobsArgument())
    .option('-f, --follow', 'go on with each change, until they are over')
    .addOption(outputOption())
    .addHelpText('after', example)
    .action((references, { follow = false, ...given }) =>
      withServer(given, async (connection) => {
        const { followProgress, showProgress } = await import('../progress/show-progress.ts')
        await (follow ? followProgress : showProgress)(references, connection)
      }),
    )
