import { type CommandUnknownOpts, InvalidArgumentError, Option } from '@commander-js/extra-typings'
import { statusOption } from '../job-list/list-options.ts'
import { wholeNumber } from '../options.ts'
import { outputOption, serverCommand } from '../server-command.ts'
import { withServer } from '../server-connection.ts'

const example = `
Jobs that have completed, have failed or were cancelled are deleted, with their logs, checkpoints and files. Stopped ones
can be continued: they are only where --status says so. It asks first, and tells how many there are.

Example:
  $ millrace cleanup --older-than 7d --dry-run
  $ millrace cleanup --status failed,stopped --keep 10 --yes`

const ended = ['completed', 'failed', 'cancelled', 'stopped'] as const
const usual = ['completed', 'failed', 'cancelled'] as const

export const cleanupCommand = (): CommandUnknownOpts =>
  serverCommand('cleanup')
    .description('Deletes jobs that are over.')
    .addOption(
      new Option('--older-than <age>', 'only those that ended so long ago: 30s, 10m, 12h, 7d, 2w').argParser(
        ageOf,
      ),
    )
    .addOption(statusOption(`only those (default: ${usual.join(',')})`, ended))
    .addOption(
      new Option('-k, --keep <jobs>', 'the newest so many of them stay').argParser((text) =>
        wholeNumber(text, 0, 1_000_000_000),
      ),
    )
    .option('--dry-run', 'show what would be deleted, and delete nothing')
    .option('-y, --yes', 'do not ask')
    .option('--force', 'the same as --yes')
    .addOption(outputOption())
    .addHelpText('after', example)
    .action(
      ({ status = usual, olderThan = 0, keep = 0, dryRun = false, yes = false, force = false, ...given }) =>
        withServer(given, async (connection) => {
          const { cleanUp } = await import('../job-actions/clean-up.ts')
          await cleanUp({ status, olderThan, keep, dryRun, yes: yes || force }, connection)
        }),
    )

const units: Readonly<Record<string, number>> = {
  s: 1000,
  m: 60_000,
  h: 3_600_000,
  d: 86_400_000,
  w: 604_800_000,
}

/** Milliseconds. */
function ageOf(text: string): number {
  const [, count, unit] = /^(\d{1,9}(?:\.\d+)?)([smhdw])$/.exec(text) ?? []
  if (count !== undefined && unit !== undefined) return Number(count) * units[unit]!
  throw new InvalidArgumentError('It takes how long ago, as in 30s, 10m, 12h, 7d or 2w.')
}
