import { spawn } from 'node:child_process'
import process from 'node:process'
import type { PackageManager } from './package-manager.ts'

/**
 * Has a package manager install what a project needs. What it says goes to stderr.
 * @returns whether it could, or why it could not be called.
 */
export function installPackages(
  manager: PackageManager,
  folder: string,
  signal: AbortSignal,
): Promise<boolean | Error> {
  const child = spawn(manager, ['install'], {
    cwd: folder,
    // Ctrl-C in a terminal ends it too; the signal is for when it comes from elsewhere.
    signal,
    stdio: ['ignore', process.stderr, process.stderr],
    // There it is a script of the shell.
    shell: process.platform === 'win32',
  })
  return new Promise((resolve, reject) => {
    child.once('error', (error) => (signal.aborted ? reject(error) : resolve(error)))
    child.once('close', (code) => resolve(code === 0))
  })
}
