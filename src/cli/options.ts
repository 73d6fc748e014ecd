import { InvalidArgumentError, Option } from '@commander-js/extra-typings'

// Options that several commands take. Each call makes a new one, as commander keeps an option's owner in it.

export const dataOption = (): Option<'-d, --data <folder>'> =>
  new Option(
    '-d, --data <folder>',
    'where the server keeps everything (default: $MILLRACE_HOME, or ~/.millrace)',
  )

export const hostOption = (): Option<'--host <address>'> =>
  new Option('--host <address>', 'where to listen (default: 127.0.0.1); any other needs a token')

export const portOption = (): Option<'-p, --port <number>', undefined, undefined, number> =>
  new Option('-p, --port <number>', 'where to listen (default: 19001; 0: one that is free)').argParser(
    portNumber,
  )

export const pagePortOption = (): Option<'--ui-port <number>', undefined, undefined, number> =>
  new Option('--ui-port <number>', 'where that page is (default: one that is free)').argParser(portNumber)

export const tokenOption = (): Option<'--token <token>'> =>
  new Option(
    '--token <token>',
    'lets its holder do everything; better given in MILLRACE_TOKEN or a file',
  ).env('MILLRACE_TOKEN')

export const tokenFileOption = (): Option<'--token-file <file>'> =>
  new Option('--token-file <file>', 'read that token from a file; - is the standard input')

export const maxRunningOption = (): Option<'--max-running <jobs>', undefined, undefined, number> =>
  new Option('--max-running <jobs>', 'how many jobs run at the same time').argParser((text) =>
    wholeNumber(text, 1, 10_000),
  )

export const memoryOption = (): Option<'--memory <megabytes>', undefined, undefined, number> =>
  new Option('--memory <megabytes>', "how much memory a job's process may have").argParser((text) =>
    wholeNumber(text, 16, 1_000_000),
  )

export const logLevelOption = (): Option<
  '--log-level <level>',
  undefined,
  undefined,
  undefined,
  false,
  'debug' | 'info' | 'warn' | 'error'
> =>
  new Option('--log-level <level>', 'what is logged (default: info)').choices([
    'debug',
    'info',
    'warn',
    'error',
  ] as const)

export const settingsOption = (): Option<'--settings <file>'> =>
  new Option('--settings <file>', 'YAML with these and more (default: server.yaml in the data folder)').env(
    'MILLRACE_SERVER_SETTINGS',
  )

/** Seconds given, milliseconds out. */
export const pollIntervalOption = (): Option<
  '--poll-interval <seconds>',
  undefined,
  undefined,
  number | undefined
> =>
  new Option('--poll-interval <seconds>', 'between looks at jobs that run elsewhere (default: 30)')
    .env('MILLRACE_JOB_POLL_INTERVAL')
    .argParser((text) => {
      // A variable that is there and empty says nothing.
      if (text === '') return undefined
      const seconds = /^\d+(\.\d+)?$/.test(text) ? Number(text) : NaN
      if (seconds >= 0.1 && seconds <= 86_400) return seconds * 1000
      throw new InvalidArgumentError('It takes seconds from 0.1 to 86400, as in 30.')
    })

/** Seconds given, milliseconds out. */
export const waitOption = (
  what: string,
  seconds: number,
): Option<'--wait <seconds>', undefined, number, number> =>
  new Option('--wait <seconds>', what).argParser(secondsOf).default(seconds * 1000, String(seconds))

export const jsonOption = (): Option<'--json'> => new Option('--json', 'as JSON')

export const portNumber = (text: string): number => wholeNumber(text, 0, 65_535)

/** @throws InvalidArgumentError of commander, which names the option. */
export function wholeNumber(text: string, least: number, most: number): number {
  const value = /^\d+$/.test(text) ? Number(text) : NaN
  if (value >= least && value <= most) return value
  throw new InvalidArgumentError(`It takes a whole number from ${least} to ${most}.`)
}

/** Seconds given, milliseconds out. */
export function secondsOf(text: string): number {
  const value = /^\d+(\.\d+)?$/.test(text) ? Number(text) : NaN
  if (value <= 1_000_000) return value * 1000
  throw new InvalidArgumentError('It takes seconds, as in 30 or 0.5.')
}
