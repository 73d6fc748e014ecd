import { InvalidArgumentError, Option } from '@commander-js/extra-typings'

// Options that several commands take. Each call makes a new one, as commander keeps an option's owner in it.

export const dataOption = () =>
  new Option(
    '-d, --data <folder>',
    'where the server keeps everything (default: $MILLRACE_HOME, or ~/.millrace)',
  )

export const hostOption = () =>
  new Option('--host <address>', 'where to listen (default: 127.0.0.1); any other needs a token')

export const portOption = () =>
  new Option('-p, --port <number>', 'where to listen (default: 19001; 0: one that is free)').argParser(
    (text) => wholeNumber(text, 0, 65_535),
  )

export const tokenOption = () =>
  new Option(
    '--token <token>',
    'lets its holder do everything; better given in MILLRACE_TOKEN or a file',
  ).env('MILLRACE_TOKEN')

export const tokenFileOption = () =>
  new Option('--token-file <file>', 'read that token from a file; - is the standard input')

export const maxRunningOption = () =>
  new Option('--max-running <jobs>', 'how many jobs run at the same time').argParser((text) =>
    wholeNumber(text, 1, 10_000),
  )

export const memoryOption = () =>
  new Option('--memory <megabytes>', "how much memory a job's process may have").argParser((text) =>
    wholeNumber(text, 16, 1_000_000),
  )

export const logLevelOption = () =>
  new Option('--log-level <level>', 'what is logged (default: info)').choices([
    'debug',
    'info',
    'warn',
    'error',
  ] as const)

/** Seconds given, milliseconds out. */
export const waitOption = (what: string, seconds: number) =>
  new Option('--wait <seconds>', what).argParser(secondsOf).default(seconds * 1000, String(seconds))

export const jsonOption = () => new Option('--json', 'as JSON')

function wholeNumber(text: string, least: number, most: number): number {
  const value = /^\d+$/.test(text) ? Number(text) : NaN
  if (value >= least && value <= most) return value
  throw new InvalidArgumentError(`It takes a whole number from ${least} to ${most}.`)
}

function secondsOf(text: string): number {
  const value = /^\d+(\.\d+)?$/.test(text) ? Number(text) : NaN
  if (value <= 1_000_000) return value * 1000
  throw new InvalidArgumentError('It takes seconds, as in 30 or 0.5.')
}
