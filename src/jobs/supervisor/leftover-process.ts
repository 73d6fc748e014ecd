import { execFileSync } from 'node:child_process'
import { readdirSync, readFileSync } from 'node:fs'
import process from 'node:process'
import { isAlive } from '../../storage/file/process-identity.ts'
import { processStat } from '../../util/process-stat.ts'
import type { StartedProcess } from './job-folder.ts'

/** Whether the process that was started is still there: not another one with its number. */
export function isStillThere(started: StartedProcess): boolean {
  if (!isAlive(started)) return false
  return started.started !== undefined || commandOf(started.pid).includes(started.token)
}

/** Ends a process and all of its group, also where the process itself is gone and only its children are left. */
export function killGroup(pid: number): void {
  try {
    process.kill(-pid, 'SIGKILL')
  } catch {
    // There is nobody left.
  }
}

/**
 * Ends what a process of an earlier server has left: itself, and its group. A group's number may have been given to
 * somebody else since then, so where the process is gone, it is killed only if one of its members carries the token.
 */
export function endLeftover(started: StartedProcess): void {
  if (
    isStillThere(started) ||
    membersOf(started.pid).some((pid) => environmentOf(pid).includes(started.token))
  ) {
    killGroup(started.pid)
  }
}

/** As Linux tells it; elsewhere nobody. */
function membersOf(group: number): readonly number[] {
  try {
    return readdirSync('/proc')
      .filter((name) => /^\d+$/.test(name))
      .map(Number)
      .filter((pid) => groupOf(pid) === group)
  } catch {
    return []
  }
}

const groupOf = (pid: number): number => Number(processStat(pid)?.[2])

const environmentOf = (pid: number): string => read(`/proc/${pid}/environ`)

function read(file: string): string {
  try {
    return readFileSync(file, 'latin1')
  } catch {
    return ''
  }
}

/** For systems without /proc. */
function commandOf(pid: number): string {
  try {
    return execFileSync('ps', ['-ww', '-o', 'command=', '-p', String(pid)], { encoding: 'utf8' })
  } catch {
    return ''
  }
}

/** Bytes of memory that a process has in use, where the system tells. */
export function memoryOf(pid: number): number | undefined {
  const [, kibibytes] = /^VmRSS:\s+(\d+) kB/m.exec(read(`/proc/${pid}/status`)) ?? []
  return kibibytes === undefined ? undefined : Number(kibibytes) * 1_024
}
