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
    commands: [
      {
        name: 'logs',
        summary: 'show what a job has written, and follow it',
        load: async () => (await import('./commands/logs.ts')).logsCommand(),
      },
      {
        name: 'watch',
        summary: 'show how a job gets on, live',
        load: async () => (await import('./commands/watch.ts')).watchCommand(),
      },
      {
        name: 'monitor',
        summary: 'show all jobs as they run, full-screen',
        load: async () => (await import('./commands/monitor.ts')).monitorCommand(),
      },
      {
        name: 'wait',
        summary: 'wait until jobs are over',
        load: async () => (await import('./commands/wait.ts')).waitCommand(),
      },
      {
        name: 'events',
        summary: 'show what has happened to jobs, and follow it',
        load: async () => (await import('./commands/events.ts')).eventsCommand(),
      },
    ],
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
