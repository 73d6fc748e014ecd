import { Command } from '@commander-js/extra-typings'
import type { CommandUnknownOpts } from '@commander-js/extra-typings'
import { packageVersion } from '../util/package-version.ts'
import { jobmanagerCommand } from './commands/jobmanager.ts'

/**
 * The whole command line. A command's file loads what its help needs; what its work needs it loads when it is called.
 */
export function createProgram(): CommandUnknownOpts {
  const program = new Command('millrace')
    .description('Stateful stream processing for TypeScript on RxJS')
    .version(packageVersion(), '-V, --version', 'show the version')
    .addCommand(jobmanagerCommand())
  settle(program)
  return program
}

/** What every command has, and does not inherit from the one that it belongs to. */
function settle(command: CommandUnknownOpts): void {
  command
    .exitOverride()
    .showHelpAfterError(`(${nameOf(command)} --help tells more)`)
    .helpOption('-h, --help', 'show help')
    .configureHelp({ minWidthToWrap: 12 })
  if (command.commands.length > 0) command.helpCommand('help [command]', 'show help of a command')
  for (const inner of command.commands) settle(inner)
}

const nameOf = (command: CommandUnknownOpts): string =>
  command.parent === null ? command.name() : `${nameOf(command.parent)} ${command.name()}`
