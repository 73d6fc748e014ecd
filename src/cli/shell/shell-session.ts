import { resolve } from 'node:path'
import process from 'node:process'
import { JobManagerClient } from '../../client/job-manager-client.ts'
import { configPath, readConfig } from '../settings/config-file.ts'
import { contextNamed, unknownContext } from '../settings/contexts.ts'
import { type GivenServerOptions, resolveSettings, type Settings } from '../settings/settings.ts'
import { type ShellJobs, shellJobs } from './shell-jobs.ts'

/** Where the shell is. */
export interface ShellContext {
  readonly name: string | null
  readonly url: string
}

/**
 * Which server the lines of a shell are about. It stands in the environment of the process, so that every command finds
 * it as it does when it is called from another shell; `config use-context` and the like take effect at once.
 */
export class ShellSession {
  #client: JobManagerClient | undefined
  #jobs: ShellJobs | undefined
  /** What the client was made with. */
  #server = ''

  /** @throws InvalidArgumentError */
  constructor(given: GivenServerOptions) {
    const { env, argv } = process
    const { url } = resolveSettings(given, env)
    if (given.context !== undefined) this.use(given.context)
    if (given.url !== undefined || given.host !== undefined || given.port !== undefined) {
      forget('MILLRACE_HOST', 'MILLRACE_PORT')
      env['MILLRACE_URL'] = url.value
    }
    if (given.tokenFile !== undefined) {
      forget('MILLRACE_TOKEN')
      env['MILLRACE_TOKEN_FILE'] = resolve(given.tokenFile)
    }
    if (given.timeout !== undefined) env['MILLRACE_TIMEOUT'] = String(given.timeout / 1000)
    if (given.output !== undefined) env['MILLRACE_OUTPUT'] = given.output
    if (argv.includes('--no-color')) env['NO_COLOR'] = '1'
  }

  get settings(): Settings {
    return resolveSettings({}, process.env)
  }

  get context(): ShellContext {
    const { context, url } = this.settings
    return { name: context.value, url: url.value }
  }

  /** Made when it is asked for, and made anew where it would ask another server. */
  get client(): JobManagerClient {
    const { url, token, timeout } = this.settings
    const server = JSON.stringify([url.value, token.value, timeout.value])
    if (this.#client === undefined || server !== this.#server) {
      void this.#client?.close()
      this.#server = server
      this.#jobs = undefined
      this.#client = new JobManagerClient({
        url: url.value,
        timeout: timeout.value,
        retry: { attempts: 2 },
        ...(token.value === null ? {} : { token: token.value }),
      })
    }
    return this.#client
  }

  get jobs(): ShellJobs {
    const { jobs } = this.client
    return (this.#jobs ??= shellJobs(jobs))
  }

  /** @param name null: as if none was named. @throws InvalidArgumentError where there is no such context. */
  use(name: string | null): void {
    if (name === null) return forget('MILLRACE_CONTEXT')
    const path = configPath(process.env)
    const config = readConfig(path)
    const server = contextNamed(config, name)
    if (server === undefined) throw unknownContext(name, config, path)
    process.env['MILLRACE_CONTEXT'] = name
    if (server.url !== undefined) forget('MILLRACE_URL', 'MILLRACE_HOST', 'MILLRACE_PORT')
    if (server.token !== undefined || server.tokenFile !== undefined) {
      forget('MILLRACE_TOKEN', 'MILLRACE_TOKEN_FILE')
    }
  }

  /** `production`, or where no context is chosen `127.0.0.1:19001`. */
  get name(): string {
    try {
      const { name, url } = this.context
      return name ?? new URL(url).host
    } catch {
      // What is wrong is told by whatever needs it.
      return '?'
    }
  }

  async close(): Promise<void> {
    await this.#client?.close()
  }
}

function forget(...names: readonly string[]): void {
  for (const name of names) delete process.env[name]
}
