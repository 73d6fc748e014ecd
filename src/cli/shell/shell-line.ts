import { homedir } from 'node:os'
import { InvalidArgumentError } from '../../errors/invalid-argument-error.ts'
import { commandGroups } from '../command-table.ts'
import { type ShellWord, splitLine } from '../completion/shell-words.ts'

/** What the shell understands beside the commands that there are outside of it. */
export const ownCommands = ['help', 'use', 'exit'] as const

export type OwnCommand = (typeof ownCommands)[number]

/** What a line that is no JavaScript says. */
export type Line =
  | { readonly kind: 'nothing' }
  /** Of `millrace`. */
  | { readonly kind: 'command'; readonly words: readonly string[] }
  | { readonly kind: 'own'; readonly name: OwnCommand; readonly rest: readonly string[] }

const commandNames: ReadonlySet<string> = new Set(
  commandGroups.flatMap(({ commands }) => commands.map(({ name }) => name)),
)

/** Whether a line that begins with this word is a command. */
export const isCommandName = (word: string): boolean => commandNames.has(word) || isOwn(word)

const isOwn = (word: string): word is OwnCommand => (ownCommands as readonly string[]).includes(word)

/** The command that a line begins with, also where something of a shell stands right behind it. */
const nameIn = (text: string): string => /^[\w-]+(?=[|&;<>]|$)/.exec(text)?.[0] ?? ''

/** Every line that does not begin with a command, and is not empty or a comment. */
export function isJavascript(line: string): boolean {
  const [first, second] = splitLine(line).words
  if (first === undefined) return false
  // `list = await jobs()` is no call of `list`.
  return !isCommandName(nameIn(first.text)) || /^[=.([?]/.test(second?.text ?? '')
}

/** @throws InvalidArgumentError for a command that a shell would do more with than is done here. */
export function readCommand(line: string): Line {
  const { words, operator } = splitLine(line)
  const [first] = words
  if (first === undefined) return { kind: 'nothing' }
  if (operator !== undefined) {
    throw new InvalidArgumentError(
      `A shell would do something with \`${operator}\`; here it means nothing.`,
      {
        remedy: 'give one command a line, and put quotes around what is meant as it is',
      },
    )
  }
  if (words.at(-1)!.open !== undefined) {
    throw new InvalidArgumentError('A quote or backslash is open at the end of the line.', {
      remedy: `close it, or put "" around a ' and '' around a "`,
    })
  }
  const texts = words.map((word) => withHome(word, line))
  const name = nameIn(first.text)
  return isOwn(name) ? { kind: 'own', name, rest: texts.slice(1) } : { kind: 'command', words: texts }
}

/** `~` and `~/...` outside of quotes are the user's home. */
const withHome = ({ text, start }: ShellWord, line: string): string =>
  line[start] === '~' && (text === '~' || text.startsWith('~/')) ? homedir() + text.slice(1) : text
