import { type CommandUnknownOpts, Option } from '@commander-js/extra-typings'
import { sinceOption } from '../following/since.ts'
import { streamFormatOption } from '../following/stream-format.ts'
import { wholeNumber } from '../options.ts'
import { serverCommand } from '../server-command.ts'
import { withServer } from '../server-connection.ts'

const example = `
Without --since and --after: all that is kept or, with --follow, what happens from now on. As JSON each event has its
\`id\`, for --after. Where events are missing, as they are not kept any more, stderr says so.

Example:
  $ millrace events --since 1h
  $ millrace events --follow --job 1 --output ndjson | jq .type`

export const eventsCommand = (): CommandUnknownOpts =>
  serverCommand('events')
    .description('Shows what has happened to jobs: submitted, each change of status, checkpoints, deleted.')
    .option('-f, --follow', 'go on with what happens, until Ctrl-C')
    .option(
      '--job <job>',
      'of this one only: its number in the last listing, id, beginning of its id, or name',
    )
    .addOption(sinceOption())
    .addOption(
      new Option('--after <id>', 'only what was after this event')
        .argParser((text) => wholeNumber(text, 0, Number.MAX_SAFE_INTEGER))
        .conflicts('since'),
    )
    .addOption(streamFormatOption())
    .addHelpText('after', example)
    .action(({ output, ...given }) =>
      withServer(given, async (connection) => {
        const [{ showEvents }, { streamFormat }] = await Promise.all([
          import('../following/show-events.ts'),
          import('../following/stream-format.ts'),
        ])
        await showEvents({ ...given, format: streamFormat(output, connection.settings) }, connection)
      }),
    )
