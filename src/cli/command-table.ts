import type { CommandUnknownOpts } from '@commander-js/extra-typings'

/** A command as the help of them all tells of it. */
export interface CommandEntry {
  readonly name: string
  readonly summary: string
  readonly load: () => Promise<CommandUnknownOpts>
}

export interface CommandGroup {
  readonly heading: string
  readonly commands: readonly CommandEntry[]
}

/** Every command. Only the one that is called is loaded, so that the number of them costs nothing. */
export const commandGroups: readonly CommandGroup[] = [
  {
    heading: 'Programs:',
    commands: [
      {
        name: 'init',
        summary: 'make a project with a pipeline that works, and a test',
        load: async () => (await import('./commands/init.ts')).initCommand(),
      },
      {
        name: 'test',
        summary: "run a project's tests",
        load: async () => (await import('./commands/test.ts')).testCommand(),
      },
    ],
  },
  {
    heading: 'Jobs:',
    commands: [],
  },
  {
    heading: 'Servers:',
    commands: [
      {
        name: 'jobmanager',
        summary: 'start, stop and look after a job server on this machine',
        load: async () => (await import('./commands/jobmanager.ts')).jobmanagerCommand(),
      },
      {
        name: 'health',
        summary: 'tell whether the job server is there and can take jobs',
        load: async () => (await import('./commands/health.ts')).healthCommand(),
      },
    ],
  },
  {
    heading: 'This command line:',
    commands: [
      {
        name: 'config',
        summary: 'show and change what commands go by, and name servers',
        load: async () => (await import('./commands/config.ts')).configCommand(),
      },
    ],
  },
]
