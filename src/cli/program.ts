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
    .helpOption('-h, --help', 'show help')
    .addCommand(jobmanagerCommand())
  throwInsteadOfExit(program)
  return program
}

function throwInsteadOfExit(command: CommandUnknownOpts): void {
  command.exitOverride().showHelpAfterError(`(${nameOf(command)} --help tells more)`)
  for (const inner of command.commands) throwInsteadOfExit(inner)
}

const nameOf = (command: CommandUnknownOpts): string =>
  command.parent === null ? command.name() : `${nameOf(command.parent)} ${command.name()}`
