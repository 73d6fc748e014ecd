import { type CommandUnknownOpts, Option } from '@commander-js/extra-typings'
import { jobsArgument } from '../job-reference/job-argument.ts'
import { secondsOf } from '../options.ts'
import { outcomeCodes } from '../outcome/outcome-codes.ts'
import { outputOption, serverCommand } from '../server-command.ts'
import { withServer } from '../server-connection.ts'

const example = `
${outcomeCodes}
  124  it was not over within the time that --for gives
Of several jobs: 1 where one has failed, else 6 where one was cancelled, else 5 where one was stopped.

Example:
  $ millrace wait 1 2 && echo both have completed
  $ millrace wait "word count" --for 60 --output json | jq -r .[0].status`

export const waitCommand = (): CommandUnknownOpts =>
  serverCommand('wait')
    .description(
      'Waits until jobs are over, and tells how each has ended. Lost connections and restarts of the server do not end the wait.',
    )
    .addArgument(jobsArgument())
    .addOption(new Option('--for <seconds>', 'how long to wait (default: for ever)').argParser(secondsOf))
    .addOption(outputOption())
    .addHelpText('after', example)
    .action((references, given) =>
      withServer(given, async (connection) => {
        const { waitForJobs } = await import('../outcome/wait-for-jobs.ts')
        await waitForJobs(references, given.for ?? Infinity, connection)
      }),
    )
