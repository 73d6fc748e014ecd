import { Command, type CommandUnknownOpts, Option } from '@commander-js/extra-typings'
import { portNumber, secondsOf } from './options.ts'
import { type OutputFormat, outputFormats } from './output/output-format.ts'
import type { GivenServerOptions } from './settings/settings.ts'

/** A command that asks a job server, with the options that say which one, and how what it answers is shown. */
export const serverCommand = (name: string): Command<[], GivenServerOptions> =>
  addServerOptions(new Command(name))

/** Heading of the options that say which server. */
export const serverGroup = 'Server:'

function addServerOptions(command: CommandUnknownOpts): Command<[], GivenServerOptions> {
  const context = new Option('--context <name>', 'a server of the configuration file (MILLRACE_CONTEXT)')
  const url = new Option('--url <url>', 'its address (MILLRACE_URL)')
  const host = new Option('--host <address>', 'instead of --url (MILLRACE_HOST)')
  const port = new Option('--port <number>', 'instead of --url (MILLRACE_PORT)').argParser(portNumber)
  const tokenFile = new Option('--token-file <file>', 'its token (MILLRACE_TOKEN, MILLRACE_TOKEN_FILE)')
  const timeout = new Option(
    '--timeout <seconds>',
    'for an answer (MILLRACE_TIMEOUT; default: 30)',
  ).argParser(secondsOf)
  for (const option of [context, url, host, port, tokenFile, timeout])
    command.addOption(option.helpGroup(serverGroup))
  return command as unknown as Command<[], GivenServerOptions>
}

export const outputOption = (): Option<
  '-o, --output <format>',
  undefined,
  undefined,
  undefined,
  false,
  OutputFormat
> =>
  new Option('-o, --output <format>', 'how to show it (MILLRACE_OUTPUT; default: table)').choices(
    outputFormats,
  )
