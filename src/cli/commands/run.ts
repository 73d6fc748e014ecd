import { Command, type CommandUnknownOpts } from '@commander-js/extra-typings'
import process from 'node:process'
import { argsArgument, fileArgument } from '../programs/program-arguments.ts'

const example = `
In a terminal the progress of jobs is drawn below what the program writes; elsewhere there is a line at the beginning,
and some at the end. Ctrl-C stops jobs, the second time it aborts
them, the third time it ends the program.

Exit codes:
  0    every job has completed
  1    a job has failed, or the program has
  5    a job was stopped by the program
  6    a job was cancelled by the program
  130  Ctrl-C
  A program that ends with an exit code of its own has that one.

Example:
  $ millrace run prices.ts
  $ millrace run --watch prices.ts -- --currency EUR`

export const runCommand = (): CommandUnknownOpts =>
  new Command('run')
    .description('Runs a program here, in a process of its own, and shows how its jobs get on.')
    .addArgument(fileArgument())
    .addArgument(argsArgument())
    .option('-q, --quiet', 'show errors only')
    .option('-w, --watch', 'run it again when it or what it imports has changed')
    .addHelpText('after', example)
    .action(async (file, args, { quiet = false, watch = false }) => {
      const { findProgram } = await import('../programs/find-program.ts')
      const program = findProgram(file)
      if (watch) {
        const { watchProgram } = await import('../programs/watch-program.ts')
        process.exitCode = await watchProgram(program, { args, quiet })
      } else {
        const [{ ProgramRun }, { note }] = await Promise.all([
          import('../programs/run-program.ts'),
          import('../terminal.ts'),
        ])
        if (!quiet) note(`Running ${file}`)
        process.exitCode = await new ProgramRun(program, { args, quiet }).end()
      }
    })
