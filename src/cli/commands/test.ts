import { Command, type CommandUnknownOpts } from '@commander-js/extra-typings'

const example = `
Test files are those named *.test.ts or *.spec.ts (or .js, .mjs, ...) below this
folder, but in node_modules, dist, build, coverage and hidden folders. They run
in Node's own test runner, each in a process of its own.

Exit codes:
  0  all tests have passed
  1  some have failed, or there are none

Example:
  $ millrace test
  $ millrace test pipeline --watch
  $ millrace test -- --test-name-pattern "late"`

export const testCommand = (): CommandUnknownOpts =>
  new Command('test')
    .description("Runs a project's tests, TypeScript or JavaScript.")
    .usage('[filters...] [options] [-- options of node]')
    .argument('[filters...]', 'parts of the paths of test files; all of them unless given')
    .option('-w, --watch', 'run them again when they change, or what they import')
    .addHelpText('after', example)
    .action(async (args, { watch = false }, command) => {
      const { runTests } = await import('../test/run-tests.ts')
      const { filters, rest } = splitAtDashes(args, command.parent)
      await runTests({ filters, watch, nodeOptions: rest })
    })

/** Commander puts what is behind `--` with the arguments before it. */
function splitAtDashes(
  args: readonly string[],
  program: CommandUnknownOpts | null,
): { readonly filters: readonly string[]; readonly rest: readonly string[] } {
  const raw = (program as unknown as { rawArgs: readonly string[] }).rawArgs
  const dashes = raw.indexOf('--')
  const behind = dashes === -1 ? 0 : raw.length - dashes - 1
  return { filters: args.slice(0, args.length - behind), rest: args.slice(args.length - behind) }
}
