import { type CommandUnknownOpts, Option } from '@commander-js/extra-typings'
import { memoryOption, wholeNumber } from '../options.ts'
import { argsArgument, fileArgument } from '../programs/program-arguments.ts'
import { outputOption, serverCommand } from '../server-command.ts'

const example = `
The program runs here up to its submit, of a LocalEnvironment or a RemoteEnvironment, and no further; what it writes goes
to stderr. There it is bundled and sent, and runs once more on the server, where that submit is the job. What is said
here goes before what a RemoteEnvironment says. Ctrl-C stops the job, the second time it cancels it.

Exit codes:
  0    the job has completed; with --detach: the server has it
  1    it has failed, or could not be submitted
  4    the server cannot be reached
  5    it was stopped
  6    it was cancelled
  130  Ctrl-C

Example:
  $ millrace submit prices.ts
  $ id=$(millrace submit --detach --name nightly --env CURRENCY=EUR --secret API_KEY prices.ts -- --all)`

export const submitCommand = (): CommandUnknownOpts =>
  serverCommand('submit')
    .description("Submits a program's job to a job server, and shows how it gets on until it is over.")
    .addArgument(fileArgument())
    .addArgument(argsArgument())
    .option('-d, --detach', 'do not wait: print the id of the job')
    .option(
      '--save <file>',
      'write the job to a file in place of sending it, for the web page; without its secrets',
    )
    .option('-n, --name <name>', 'of the job (default: that of its environment)')
    .option('--autostop', 'end the job when its sources have run dry (default: as the program says)')
    .option('--no-autostop', 'keep the job, and its services, until it is stopped')
    .addOption(list('-e, --env <name=value>', 'an environment variable; --env NAME: as it is here'))
    .addOption(list('--env-file <file>', 'environment variables, a line each'))
    .addOption(list('--secret <name>', 'an environment variable that is set here, and appears nowhere'))
    .addOption(list('--asset <pattern>', 'files that go along, below the folder of the program'))
    .addOption(list('--package <name>', 'a package that is sent as it is installed here'))
    .addOption(list('--external <name>', 'a package that the server has'))
    .addOption(
      new Option('--priority <number>', 'jobs of a higher one start first, from -1000 to 1000').argParser(
        priority,
      ),
    )
    .addOption(memoryOption())
    .addOption(
      new Option('--ordinal <number>', 'which submit of the program, from 0')
        .argParser((text) => wholeNumber(text, 0, 999))
        .default(0),
    )
    .addOption(outputOption())
    .addHelpText('after', example)
    .action(async (file, args, given) => {
      const { submitProgram } = await import('../programs/submit-program.ts')
      await submitProgram(file, args, given)
    })

/** May be given several times. */
const list = <const Flags extends string>(
  flags: Flags,
  description: string,
): Option<Flags, undefined, undefined, string[]> =>
  new Option(flags, `${description} (may be repeated)`).argParser<string[]>(
    (value: string, before: string[] | undefined) => [...(before ?? []), value],
  )

const priority = (text: string): number =>
  text.startsWith('-') ? -wholeNumber(text.slice(1), 0, 1000) : wholeNumber(text, 0, 1000)
