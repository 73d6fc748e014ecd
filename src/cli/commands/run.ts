import { Command, type CommandUnknownOpts } from '@commander-js/extra-typings'
import process from 'node:process'
import { pagePortOption } from '../options.ts'
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
  $ millrace run --watch prices.ts -- --currency EUR
  $ millrace run --ui prices.ts`

export const runCommand = (): CommandUnknownOpts =>
  new Command('run')
    .description('Runs a program here, in a process of its own, and shows how its jobs get on.')
    .addArgument(fileArgument())
    .addArgument(argsArgument())
    .option('-q, --quiet', 'show errors only')
    .option('-w, --watch', 'run it again when it or what it imports has changed')
    .option('--ui', 'show the jobs on a web page, as long as they run')
    .addOption(pagePortOption().implies({ ui: true }))
    .addHelpText('after', example)
    .action(async (file, args, { quiet = false, watch = false, ui = false, uiPort = 0 }) => {
      const [{ findProgram }, { note }] = await Promise.all([
        import('../programs/find-program.ts'),
        import('../terminal.ts'),
      ])
      const program = findProgram(file)
      const page = ui ? await (await import('../page/serve-page.ts')).servePage(uiPort) : null
      if (page !== null) note(`Shown at ${page.url}`)
      const settings = { args, quiet, page: page?.jobs ?? null }
      try {
        if (watch) {
          const { watchProgram } = await import('../programs/watch-program.ts')
          process.exitCode = await watchProgram(program, settings)
        } else {
          const { ProgramRun } = await import('../programs/run-program.ts')
          if (!quiet) note(`Running ${file}`)
          process.exitCode = await new ProgramRun(program, settings).end()
        }
      } finally {
        await page?.close()
      }
    })
