import { Command } from '@commander-js/extra-typings'
import * as options from './options.ts'
import type { GivenStartOptions } from './start-options.ts'

/** A command that a job server is started with, with the options that say how. */
export const managerCommand = (name: string): Command<[], GivenStartOptions> =>
  new Command(name)
    .addOption(options.dataOption())
    .addOption(options.hostOption())
    .addOption(options.portOption())
    .addOption(options.tokenOption())
    .addOption(options.tokenFileOption())
    .addOption(options.maxRunningOption())
    .addOption(options.memoryOption())
    .addOption(options.logLevelOption())
    .addOption(options.settingsOption())
    .addOption(options.pollIntervalOption())
