import process from 'node:process'
import type { DataFolder } from '../jobs/daemon/data-folder.ts'
import type { ServerFile } from '../jobs/daemon/server-file.ts'
import type { GivenStartOptions, StartOptions } from './start-options.ts'
import { note } from './terminal.ts'

/** Looks at what a server is to go by, so that what is wrong is told of here. @throws InvalidArgumentError */
export async function checkStart(folder: DataFolder, options: StartOptions): Promise<void> {
  const [{ serverSettings }, { checkSettings }] = await Promise.all([
    import('../jobs/settings/server-settings.ts'),
    import('../jobs/settings/check-settings.ts'),
  ])
  await checkSettings(serverSettings(folder, options).settings)
}

/** Starts a server by this same command, and tells of it. */
export async function startInBackground(
  folder: DataFolder,
  options: StartOptions,
  wait: number,
): Promise<void> {
  await checkStart(folder, options)
  const [{ startServer }, { localUrl }, { realClock }] = await Promise.all([
    import('../jobs/daemon/start-server.ts'),
    import('../jobs/daemon/server-file.ts'),
    import('../time/real-clock.ts'),
  ])
  const { execPath, execArgv, argv } = process
  const command = { execPath, execArgv, script: argv[1]! }
  const server = await startServer(folder, { ...options, wait }, command, realClock)
  note(`The job server runs: ${localUrl(server)}, process ${server.pid}`)
}

/** Tells of a server that is there already. What is asked for and is otherwise there is an error. */
export async function describeRunning(server: ServerFile, given: GivenStartOptions): Promise<void> {
  const { localUrl } = await import('../jobs/daemon/server-file.ts')
  const is = `The job server runs already: ${localUrl(server)}, process ${server.pid}`
  const differs =
    (given.host !== undefined && given.host !== server.host) ||
    (given.port !== undefined && given.port !== 0 && given.port !== server.port)
  if (!differs) return note(is)
  const { InvalidArgumentError } = await import('../errors/invalid-argument-error.ts')
  throw new InvalidArgumentError(is, { remedy: '`millrace jobmanager restart` has it listen elsewhere' })
}
