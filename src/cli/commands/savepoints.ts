import type { CommandUnknownOpts } from '@commander-js/extra-typings'
import { jobArgument } from '../job-reference/job-argument.ts'
import { outputOption, serverCommand } from '../server-command.ts'
import { withServer } from '../server-connection.ts'

const example = `
A savepoint is a checkpoint that is kept on purpose: the job that takes one runs on. A stopped job goes on from its
newest; where another job is to begin from one, its location says which.

Example:
  $ millrace savepoints 3
  $ millrace savepoints 3 --take`

export const savepointsCommand = (): CommandUnknownOpts =>
  serverCommand('savepoints')
    .description('Lists the checkpoints and savepoints of a job, the newest first.')
    .addArgument(jobArgument())
    .option('-t, --take', 'take a savepoint first')
    .addOption(outputOption())
    .addHelpText('after', example)
    .action((reference, { take = false, ...given }) =>
      withServer(given, async (connection) => {
        const { listSavepoints } = await import('../job-report/list-savepoints.ts')
        await listSavepoints(reference, { take }, connection)
      }),
    )
