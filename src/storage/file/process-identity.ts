import { readFileSync } from 'node:fs'
import process from 'node:process'
import { processStat } from '../../util/process-stat.ts'

/** Which process it is, so that another with the same number, later or after a boot, is not taken for it. */
export interface ProcessIdentity {
  readonly pid: number
  /** When it was started, as far as the system tells. */
  readonly started?: string
}

export const ownIdentity = (): ProcessIdentity => identityOf(process.pid)

/** Of a process of this machine that is known to be there. */
export function identityOf(pid: number): ProcessIdentity {
  const started = statusOf(pid)?.started
  return started === undefined ? { pid } : { pid, started }
}

/** Of a process of this machine. When nobody can tell it is alive. */
export function isAlive({ pid, started }: ProcessIdentity): boolean {
  const status = statusOf(pid)
  if (status !== undefined) return !status.gone && (started === undefined || started === status.started)
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    return (error as { code?: unknown }).code !== 'ESRCH'
  }
}

/** As Linux tells it; undefined elsewhere, and where there is no such process or none that we may see. */
function statusOf(pid: number): { readonly started: string; readonly gone: boolean } | undefined {
  const stat = processStat(pid)
  if (stat === undefined) return undefined
  try {
    const boot = readFileSync('/proc/sys/kernel/random/boot_id', 'latin1').trim()
    // A zombie has ended: only its parent has not looked.
    return { started: `${boot}:${stat[19]}`, gone: stat[0] === 'Z' || stat[0] === 'X' }
  } catch {
    return undefined
  }
}
