import { Command } from '@commander-js/extra-typings'
import { logsCommand } from './jobmanager/logs.ts'
import { restartCommand } from './jobmanager/restart.ts'
import { runCommand } from './jobmanager/run.ts'
import { settingsCommand } from './jobmanager/settings.ts'
import { startCommand } from './jobmanager/start.ts'
import { statusCommand } from './jobmanager/status.ts'
import { stopCommand } from './jobmanager/stop.ts'
import { tokenCommand } from './jobmanager/token.ts'

export const jobmanagerCommand = (): Command =>
  new Command('jobmanager')
    .summary('start, stop and look after the job server')
    .description('The job server: keeps jobs, and runs each in a process of its own.')
    .addCommand(startCommand())
    .addCommand(stopCommand())
    .addCommand(restartCommand())
    .addCommand(statusCommand())
    .addCommand(logsCommand())
    .addCommand(runCommand())
    .addCommand(settingsCommand())
    .addCommand(tokenCommand())
