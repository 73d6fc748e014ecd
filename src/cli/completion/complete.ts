import type { CommandUnknownOpts } from '@commander-js/extra-typings'
import { createProgram } from '../program.ts'
import { type CommandCursor, commandCursor } from './command-cursor.ts'
import { type Candidate, type Completion, nothing } from './completion.ts'

type Environment = Readonly<Record<string, string | undefined>>

/**
 * What the last of the words could be. Of a command only what its help needs is loaded; a server is asked only where a
 * job is named, and what cannot be found out is left out.
 *
 * @param words those behind `millrace`, without quotes. The last is the one that is typed, and may be empty.
 */
export async function complete(words: readonly string[], env: Environment): Promise<Completion> {
  const program = await createProgram((name) => words.slice(0, -1).includes(name))
  const cursor = commandCursor(program, words)
  const found = await expected(cursor, env)
  if (found.kind !== 'words') return found
  const { prefix, text } = cursor
  const candidates = found.candidates
    .filter(({ value }) => value.startsWith(text))
    .map((candidate) => ({ ...candidate, value: prefix + candidate.value }))
  return { kind: 'words', candidates }
}

async function expected(cursor: CommandCursor, env: Environment): Promise<Completion> {
  const { command, option, operands, text, canBeOption, ofHelp } = cursor
  if (option !== undefined) {
    if (option.long === '--context') return named('context', cursor, env)
    return option.argChoices === undefined
      ? named(valueName(option.flags), cursor, env)
      : choices(option.argChoices)
  }
  if (canBeOption && !ofHelp && text.startsWith('-')) return { kind: 'words', candidates: options(cursor) }
  if (command.commands.length > 0) return { kind: 'words', candidates: commands(command, ofHelp) }
  const { registeredArguments: known } = command
  const argument = known[operands.length] ?? (known.at(-1)?.variadic === true ? known.at(-1) : undefined)
  if (argument === undefined || ofHelp) return nothing
  return argument.argChoices === undefined
    ? named(argument.name(), cursor, env)
    : choices(argument.argChoices)
}

/** What the help calls a value tells what it is. */
async function named(what: string | undefined, cursor: CommandCursor, env: Environment): Promise<Completion> {
  switch (what) {
    case 'file':
    case 'files':
    case 'path':
      return { kind: 'files', typed: cursor.text }
    case 'folder':
      return { kind: 'folders', typed: cursor.text }
    case 'context': {
      const { contextCandidates } = await import('./context-candidates.ts')
      return { kind: 'words', candidates: contextCandidates(env) }
    }
    case 'job':
    case 'jobs': {
      const { jobCandidates } = await import('./job-candidates.ts')
      return { kind: 'words', candidates: await jobCandidates(cursor, env) }
    }
    case 'provider': {
      const { providerCandidates } = await import('./server-candidates.ts')
      return { kind: 'words', candidates: await providerCandidates(cursor, env) }
    }
    case 'webhook': {
      const { webhookCandidates } = await import('./server-candidates.ts')
      return { kind: 'words', candidates: await webhookCandidates(cursor, env) }
    }
    default:
      return nothing
  }
}

const choices = (values: readonly string[]): Completion => ({
  kind: 'words',
  candidates: values.map((value) => ({ value })),
})

/** `file` of `-t, --token-file <file>` */
const valueName = (flags: string): string | undefined => /[<[]([\w-]+)/.exec(flags)?.[1]

function commands(command: CommandUnknownOpts, ofHelp: boolean): readonly Candidate[] {
  const help = command.createHelp()
  return help
    .visibleCommands(command)
    .filter((inner) => !ofHelp || inner.name() !== 'help')
    .map((inner) => ({ value: inner.name(), description: help.subcommandDescription(inner) }))
}

/** Long ones, but for a single dash those of one letter too. What takes no value is offered once. */
function options({ command, text, given }: CommandCursor): readonly Candidate[] {
  const help = command.createHelp()
  return help
    .visibleOptions(command)
    .filter((option) => given[option.attributeName()] !== true)
    .flatMap(({ long, short, description }) => [
      ...(long === undefined ? [] : [{ value: long, description }]),
      ...(short === undefined || text.startsWith('--') ? [] : [{ value: short, description }]),
    ])
}
