import { Argument, Command } from '@commander-js/extra-typings'
import type { CommandUnknownOpts } from '@commander-js/extra-typings'
import process from 'node:process'

const example = `
Bash, in ~/.bashrc:
  eval "$(millrace completion bash)"

Zsh, in ~/.zshrc, behind compinit:
  eval "$(millrace completion zsh)"

Fish, once:
  millrace completion fish > ~/.config/fish/completions/millrace.fish

Example:
  $ millrace completion bash > ~/.local/share/bash-completion/completions/millrace`

export const completionCommand = (): CommandUnknownOpts =>
  new Command('completion')
    .description(
      'Prints a script that has a shell complete commands, options and their values, contexts, files, and the ids and names of jobs.',
    )
    .addArgument(new Argument('<shell>', 'which one').choices(['bash', 'zsh', 'fish'] as const))
    .addHelpText('after', example)
    .action(async (shell) => {
      process.stdout.write(await scriptFor(shell))
    })

async function scriptFor(shell: 'bash' | 'zsh' | 'fish'): Promise<string> {
  switch (shell) {
    case 'bash':
      return (await import('../completion/scripts/bash.ts')).bashScript
    case 'zsh':
      return (await import('../completion/scripts/zsh.ts')).zshScript
    case 'fish':
      return (await import('../completion/scripts/fish.ts')).fishScript
  }
}
