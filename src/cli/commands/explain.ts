import { Command, type CommandUnknownOpts, Option } from '@commander-js/extra-typings'
import { argsArgument, fileArgument } from '../programs/program-arguments.ts'

const example = `
The program runs up to its first submit, and no further: no source is opened, and nothing behind it is run. Of a program
with several submits only the first is shown: whether and how it would come to the others hangs on what the first comes
to. What the program itself writes goes to stderr.

Exit codes:
  0  it was explained
  1  the program did not come to a submit, or its pipeline cannot run

Example:
  $ millrace explain prices.ts --pass chain
  $ millrace explain prices.ts --mermaid > prices.mmd`

export const explainCommand = (): CommandUnknownOpts =>
  new Command('explain')
    .description("Shows what the compiler makes of a program's pipeline, pass by pass. Nothing is run.")
    .addArgument(fileArgument())
    .addArgument(argsArgument())
    .addOption(new Option('--pass <name>', 'only what this pass has made: record, validate, ..., place'))
    .addOption(new Option('-o, --output <format>', 'how to show it').choices(['text', 'json', 'mermaid']))
    .option('--mermaid', 'the graph as a Mermaid flowchart: the same as -o mermaid')
    .option('--json', 'graph and plans as JSON: the same as -o json')
    .addHelpText('after', example)
    .action(async (file, args, { pass, output, mermaid = false, json = false }) => {
      const { explainProgram } = await import('../programs/explain-program.ts')
      const format = output ?? (mermaid ? 'mermaid' : json ? 'json' : 'text')
      await explainProgram(file, { args, pass, format })
    })
