import { Command, Option } from '@commander-js/extra-typings'
import type { CommandUnknownOpts } from '@commander-js/extra-typings'
import process from 'node:process'
import { packageVersion } from '../util/package-version.ts'
import { type CommandEntry, commandGroups } from './command-table.ts'
import { reflow } from './output/reflow.ts'
import { serverGroup } from './server-command.ts'
import { columns } from './terminal.ts'

const examples = `
Example:
  $ millrace init my-pipeline     a project with a pipeline
  $ cd my-pipeline
  $ millrace run src/main.ts      run it here
  $ millrace jobmanager start     start a job server
  $ npm run submit                have it run the pipeline
  $ millrace list                 see how its jobs get on`

/**
 * The whole command line. Of the commands only those are loaded whose names are among the arguments, the others have
 * their names and summaries. A command's file loads what its help needs; what its work needs it loads when it is called.
 *
 * @param isWanted which commands are loaded; all of them unless told.
 */
export async function createProgram(
  isWanted: (name: string) => boolean = () => true,
): Promise<CommandUnknownOpts> {
  const program = new Command('millrace')
    .description('Stateful stream processing for TypeScript on RxJS')
    .usage('<command> [options]')
    .version(packageVersion(), '-V, --version', 'show the version')
    .addHelpText('after', examples)
    .commandsGroup('This command line:')
  for (const { heading, commands } of commandGroups) {
    for (const entry of commands) {
      const command = isWanted(entry.name) ? await load(entry) : new Command(entry.name)
      program.addCommand(command.summary(entry.summary).helpGroup(heading))
    }
  }
  settle(program)
  // Those that are not loaded have nothing else to show.
  program.configureHelp({ ...program.configureHelp(), subcommandTerm: (command) => command.name() })
  return program
}

async function load({ name, load: loadCommand }: CommandEntry): Promise<CommandUnknownOpts> {
  const command = await loadCommand()
  if (command.name() !== name) throw new Error(`the command ${command.name()} is in the table as ${name}`)
  return command
}

/** What every command has, and does not inherit from the one that it belongs to. */
function settle(command: CommandUnknownOpts): void {
  command
    .exitOverride()
    .showHelpAfterError(`(${nameOf(command)} --help tells more)`)
    .helpOption('-h, --help', 'show help')
    // Read from the arguments by whoever writes: see `hasColors`.
    .addOption(new Option('--no-color', 'write without colours (NO_COLOR)').hideHelp(command.parent !== null))
    .configureHelp({ minWidthToWrap: 12, groupItems })
    .configureOutput({ writeOut: (text) => process.stdout.write(reflow(text, columns())) })
  if (command.commands.length > 0) command.helpCommand('help [command]', 'show help of a command')
  for (const inner of command.commands) settle(inner)
}

/** By their headings; the options that say which server stand behind a command's own. */
function groupItems<T>(_all: T[], visible: T[], headingOf: (item: T) => string): Map<string, T[]> {
  const groups = new Map<string, T[]>()
  for (const item of visible) {
    const heading = headingOf(item)
    groups.set(heading, [...(groups.get(heading) ?? []), item])
  }
  const server = groups.get(serverGroup)
  if (server !== undefined && groups.delete(serverGroup)) groups.set(serverGroup, server)
  return groups
}

const nameOf = (command: CommandUnknownOpts): string =>
  command.parent === null ? command.name() : `${nameOf(command.parent)} ${command.name()}`
