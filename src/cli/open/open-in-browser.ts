import { spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import process from 'node:process'
import { MillraceError } from '../../errors/millrace-error.ts'

/** Nothing on this machine could be told to open a page. */
export class NoBrowserError extends MillraceError {
  constructor(opener: string, url: string, cause: unknown) {
    super('ERR_NO_BROWSER', `\`${opener}\` could not be started, which opens pages on this system.`, {
      remedy: `open ${url} yourself, or name a program in BROWSER`,
      cause,
    })
  }
}

type Environment = Readonly<Record<string, string | undefined>>

/** The program that opens pages, and its arguments. BROWSER goes before what the system has. */
export function openerOf(
  url: string,
  platform: NodeJS.Platform,
  env: Environment,
  isWsl: boolean,
): readonly [program: string, ...args: string[]] {
  if (env['BROWSER']) return [env['BROWSER'], url]
  if (platform === 'darwin') return ['open', url]
  // `start` of cmd would take & in an address for an end of the command.
  if (platform === 'win32' || isWsl) return ['rundll32.exe', 'url.dll,FileProtocolHandler', url]
  return ['xdg-open', url]
}

/** Resolves when it was started: how long it goes on is its own business. @throws NoBrowserError */
export function openInBrowser(url: string): Promise<void> {
  const isWsl = process.platform === 'linux' && existsSync('/proc/sys/fs/binfmt_misc/WSLInterop')
  const [opener, ...args] = openerOf(url, process.platform, process.env, isWsl)
  return new Promise((resolve, reject) => {
    const child = spawn(opener, args, { detached: true, stdio: 'ignore' })
    child.once('error', (error) => reject(new NoBrowserError(opener, url, error)))
    child.once('spawn', () => {
      child.unref()
      resolve()
    })
  })
}
