import { Argument } from '@commander-js/extra-typings'

// What each command has that runs a program. Options of the program stand behind `--`, so that none is taken for one of
// the command, or the other way round.

export const fileArgument = (): Argument<'<file>'> =>
  new Argument('<file>', 'a TypeScript or JavaScript file that submits a pipeline')

export const argsArgument = (): Argument<'[args...]'> =>
  new Argument('[args...]', 'arguments of the program; its options stand behind --')
