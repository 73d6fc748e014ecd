import type { CommandUnknownOpts } from '@commander-js/extra-typings'
import { jobArgument } from '../job-reference/job-argument.ts'
import { outputOption, serverCommand } from '../server-command.ts'
import { withServer } from '../server-connection.ts'

const example = `
Of a job that failed it says where in the program, with which record and why.

Example:
  $ millrace show 3
  $ millrace show "word count" --verbose
  $ millrace show 3 --output json | jq .result.nodes`

export const showCommand = (): CommandUnknownOpts =>
  serverCommand('show')
    .description('Shows a job: what it is, how far it is, what its operators have done, and why it failed.')
    .addArgument(jobArgument())
    .option('-v, --verbose', 'also its history, restarts, checkpoints, services, dead letters and stack')
    .addOption(outputOption())
    .addHelpText('after', example)
    .action((reference, { verbose = false, ...given }) =>
      withServer(given, async (connection) => {
        const { showJob } = await import('../job-report/show-job.ts')
        await showJob(reference, { verbose }, connection)
      }),
    )
