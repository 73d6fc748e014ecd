import process from 'node:process'
import { type CommandUnknownOpts, Option } from '@commander-js/extra-typings'
import { jobArgument } from '../job-reference/job-argument.ts'
import { outputOption, serverCommand } from '../server-command.ts'
import { withServer } from '../server-connection.ts'

const example = `
The new job begins as the old one did, and its id is printed. The old one stays as it is. Secrets are kept until a job
is over: those of one that is over have to be given again.

Example:
  $ millrace restart 3
  $ API_KEY=... millrace restart 3 --secret API_KEY
  $ millrace wait $(millrace restart 3)`

export const restartCommand = (): CommandUnknownOpts =>
  serverCommand('restart')
    .description('Runs the program of a job again, as a new job.')
    .addArgument(jobArgument())
    .option('--force', 'also a job that still does something: it is cancelled first')
    .addOption(
      new Option(
        '--secret <name>',
        'a secret of the program: a variable of the environment; may be given again',
      ).argParser((name, before: readonly string[] = []) => [...before, name]),
    )
    .addOption(outputOption())
    .addHelpText('after', example)
    .action((reference, given) =>
      withServer(given, async (connection) => {
        const { restartJob } = await import('../job-actions/restart-job.ts')
        const { force = false, secret = [] } = given
        await restartJob(reference, { force, secrets: secret }, connection, process.env)
      }),
    )
