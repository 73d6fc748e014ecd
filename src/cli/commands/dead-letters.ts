import { type CommandUnknownOpts, InvalidArgumentError, Option } from '@commander-js/extra-typings'
import { jobArgument } from '../job-reference/job-argument.ts'
import { outputOption, serverCommand } from '../server-command.ts'
import { withServer } from '../server-connection.ts'

const example = `
A replayed record goes in again before the operator that gave it up, in the job that runs. What fails again is a new
letter. Without letters, --replay and --delete are for all of the job, or of the operator.

Example:
  $ millrace dead-letters 3
  $ millrace dead-letters 3 41
  $ millrace dead-letters 3 41 42 --replay
  $ millrace dead-letters 3 --operator parse --replay`

export const deadLettersCommand = (): CommandUnknownOpts =>
  serverCommand('dead-letters')
    .description(
      'Lists records that operators of a job gave up, the newest first, and replays or deletes them.',
    )
    .addArgument(jobArgument())
    .argument(
      '[letters...]',
      'letters by their id; one alone is shown at length',
      (text: string, before: readonly number[] = []) => [...before, letterId(text)],
    )
    .option('--operator <name>', 'those of this operator, by its name or id')
    .option('--limit <letters>', 'how many are listed at most (default: 50)', limitOf)
    .addOption(new Option('--replay', 'put their records back').conflicts('delete'))
    .option('--delete', 'delete them; asks first')
    .option('-y, --yes', 'do not ask')
    .addOption(outputOption())
    .addHelpText('after', example)
    .action((reference, letters, { operator, limit, replay, delete: remove, yes, ...given }) =>
      withServer(given, async (connection) => {
        const { deadLetters } = await import('../job-report/dead-letters.ts')
        const deed = replay === true ? 'replay' : remove === true ? 'delete' : null
        await deadLetters(reference, { letters: letters ?? [], operator, limit, deed, yes }, connection)
      }),
    )

function letterId(text: string): number {
  if (/^\d{1,15}$/.test(text)) return Number(text)
  throw new InvalidArgumentError('A letter has a number.')
}

function limitOf(text: string): number {
  const limit = Number(text)
  if (Number.isInteger(limit) && limit >= 1 && limit <= 10_000) return limit
  throw new InvalidArgumentError('It has to be from 1 to 10000.')
}
