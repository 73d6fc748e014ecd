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
        name: 'run',
        summary: 'run a program here, and show how its jobs get on',
        load: async () => (await import('./commands/run.ts')).runCommand(),
      },
      {
        name: 'submit',
        summary: "submit a program's job to a job server",
        load: async () => (await import('./commands/submit.ts')).submitCommand(),
      },
      {
        name: 'explain',
        summary: "show what the compiler makes of a program's pipeline",
        load: async () => (await import('./commands/explain.ts')).explainCommand(),
      },
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
        name: 'list',
        summary: 'list jobs',
        load: async () => (await import('./commands/list.ts')).listCommand(),
      },
      {
        name: 'show',
        summary: 'show all there is to say of a job',
        load: async () => (await import('./commands/show.ts')).showCommand(),
      },
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
        name: 'progress',
        summary: 'show in a line what jobs do, and how far they are',
        load: async () => (await import('./commands/progress.ts')).progressCommand(),
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
      {
        name: 'stop',
        summary: 'stop jobs, so that they can be continued',
        load: async () => (await import('./commands/stop.ts')).stopCommand(),
      },
      {
        name: 'continue',
        summary: 'continue stopped jobs',
        load: async () => (await import('./commands/continue.ts')).continueCommand(),
      },
      {
        name: 'cancel',
        summary: 'abort jobs',
        load: async () => (await import('./commands/cancel.ts')).cancelCommand(),
      },
      {
        name: 'restart',
        summary: "run a job's program again, as a new job",
        load: async () => (await import('./commands/restart.ts')).restartCommand(),
      },
      {
        name: 'savepoints',
        summary: 'list the checkpoints of a job, and take a savepoint',
        load: async () => (await import('./commands/savepoints.ts')).savepointsCommand(),
      },
      {
        name: 'dead-letters',
        summary: 'list records that a job gave up, and replay them',
        load: async () => (await import('./commands/dead-letters.ts')).deadLettersCommand(),
      },
      {
        name: 'delete',
        summary: 'delete jobs',
        load: async () => (await import('./commands/delete.ts')).deleteCommand(),
      },
      {
        name: 'cleanup',
        summary: 'delete jobs that are over',
        load: async () => (await import('./commands/cleanup.ts')).cleanupCommand(),
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
        name: 'worker',
        summary: 'run parts of the jobs of a cluster on this machine',
        load: async () => (await import('./commands/worker.ts')).workerCommand(),
      },
      {
        name: 'providers',
        summary: 'show other places where jobs run, and how they are',
        load: async () => (await import('./commands/providers.ts')).providersCommand(),
      },
      {
        name: 'sync',
        summary: 'look for jobs that were submitted elsewhere',
        load: async () => (await import('./commands/sync.ts')).syncCommand(),
      },
      {
        name: 'webhooks',
        summary: 'look after URLs that are told what happens to jobs',
        load: async () => (await import('./commands/webhooks.ts')).webhooksCommand(),
      },
      {
        name: 'health',
        summary: 'tell whether the job server is there and can take jobs',
        load: async () => (await import('./commands/health.ts')).healthCommand(),
      },
      {
        name: 'info',
        summary: 'tell of this command line, its machine and the job server',
        load: async () => (await import('./commands/info.ts')).infoCommand(),
      },
      {
        name: 'metrics',
        summary: "show the job server's figures",
        load: async () => (await import('./commands/metrics.ts')).metricsCommand(),
      },
      {
        name: 'open',
        summary: "open the job server's page in the browser",
        load: async () => (await import('./commands/open.ts')).openCommand(),
      },
    ],
  },
  {
    heading: 'This command line:',
    commands: [
      {
        name: 'shell',
        summary: 'run commands and JavaScript line by line',
        load: async () => (await import('./commands/shell.ts')).shellCommand(),
      },
      {
        name: 'config',
        summary: 'show and change what commands go by, and name servers',
        load: async () => (await import('./commands/config.ts')).configCommand(),
      },
      {
        name: 'completion',
        summary: 'print a script that has bash, zsh or fish complete what is typed',
        load: async () => (await import('./commands/completion.ts')).completionCommand(),
      },
    ],
  },
]
