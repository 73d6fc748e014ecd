import { type CommandUnknownOpts, Option } from '@commander-js/extra-typings'
import { providerOption, reversed, sortOption, statusOption } from '../job-list/list-options.ts'
import { wholeNumber } from '../options.ts'
import { outputOption, serverCommand } from '../server-command.ts'
import { withServer } from '../server-connection.ts'

const example = `
The number in front of a job is what other commands know it by, until jobs are listed again.

Example:
  $ millrace list --status running,queued
  $ millrace list --sort -duration --limit 5
  $ millrace list --provider ray --sync-active
  $ millrace list --all --output json | jq -r '.[] | select(.restarts > 0) | .id'`

const SHOWN = 20

export const listCommand = (): CommandUnknownOpts =>
  serverCommand('list')
    .alias('ls')
    .description('Lists jobs, the newest first.')
    .addOption(statusOption('only jobs that are that; several with commas'))
    .option('-n, --name <text>', 'only jobs with that in their names')
    .addOption(providerOption('only jobs that run there; local: on the server itself; several with commas'))
    .option('--sync-active', 'ask for active jobs first, where they run, for at most five seconds')
    .addOption(sortOption())
    .option('-r, --reverse', 'the other way round')
    .addOption(
      new Option('-l, --limit <jobs>', `how many (default: ${SHOWN})`).argParser((text) =>
        wholeNumber(text, 1, 1_000_000),
      ),
    )
    .addOption(new Option('-a, --all', 'all of them').conflicts('limit'))
    .option('-w, --wide', 'with more columns: --output wide')
    .addOption(outputOption())
    .addHelpText('after', example)
    .action(({ reverse = false, limit = SHOWN, all = false, wide = false, ...given }) =>
      withServer({ ...given, ...(wide && { output: 'wide' }) }, async (connection) => {
        const { listJobs } = await import('../job-list/list-jobs.ts')
        const { status, name, provider, syncActive, sort } = given
        const which = { status, name, provider, syncActive, sort: reverse ? reversed(sort) : sort }
        await listJobs({ ...which, limit: all ? Infinity : limit }, connection)
      }),
    )
