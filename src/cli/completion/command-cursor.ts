import type { CommandUnknownOpts } from '@commander-js/extra-typings'

type Option = CommandUnknownOpts['options'][number]

/** Where in a command line its last word stands. */
export interface CommandCursor {
  /** The innermost command that is named before it. */
  readonly command: CommandUnknownOpts
  /** The option whose value it is. */
  readonly option: Option | undefined
  /** Of the word, what stands before the value: `--output=`. */
  readonly prefix: string
  /** Of the word, what is to be completed. */
  readonly text: string
  /** What the command was given that belongs to no option. */
  readonly operands: readonly string[]
  /** Values by the names of options; true for those that take none. */
  readonly given: Readonly<Record<string, string | true>>
  /** Whether it can be an option: not behind `--`. */
  readonly canBeOption: boolean
  /** Whether only commands can stand there, as behind `help`. */
  readonly ofHelp: boolean
}

/** Reads the words as commander would. @param words the last is the one that is typed. */
export function commandCursor(program: CommandUnknownOpts, words: readonly string[]): CommandCursor {
  let command = program
  let option: Option | undefined
  let [canBeOption, ofHelp] = [true, false]
  let operands: string[] = []
  const given: Record<string, string | true> = {}
  for (const word of words.slice(0, -1)) {
    if (option !== undefined) {
      given[option.attributeName()] = word
      option = undefined
    } else if (word === '--' && canBeOption) canBeOption = false
    else if (canBeOption && word.startsWith('-') && word !== '-') {
      const [name, value] = splitOption(word)
      const found = optionNamed(command, name)
      if (found === undefined) continue
      if (value !== undefined) given[found.attributeName()] = value
      else if (found.required) option = found
      else given[found.attributeName()] = true
    } else {
      const inner = command.commands.find((one) => one.name() === word || one.aliases().includes(word))
      if (inner !== undefined) {
        command = inner
        operands = []
      } else if (word === 'help' && command.commands.length > 0) ofHelp = true
      else operands.push(word)
    }
  }
  const last = words.at(-1) ?? ''
  const where = { command, operands, given, canBeOption, ofHelp }
  if (option !== undefined) return { ...where, option, prefix: '', text: last }
  const [name, value] = splitOption(last)
  const found = canBeOption && value !== undefined ? optionNamed(command, name) : undefined
  return found === undefined || value === undefined
    ? { ...where, option: undefined, prefix: '', text: last }
    : { ...where, option: found, prefix: `${name}=`, text: value }
}

const optionNamed = (command: CommandUnknownOpts, name: string): Option | undefined =>
  command.options.find(({ long, short }) => long === name || short === name)

/** `--name=value` */
function splitOption(word: string): readonly [name: string, value: string | undefined] {
  const at = word.startsWith('--') ? word.indexOf('=') : -1
  return at === -1 ? [word, undefined] : [word.slice(0, at), word.slice(at + 1)]
}
