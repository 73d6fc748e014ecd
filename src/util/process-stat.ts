import { readFileSync } from 'node:fs'

/**
 * What Linux tells of a process, from its state on: proc_pid_stat(5) counts from 1, so its field n is at n - 3 here.
 * Undefined on other systems, and where there is no such process or none that we may see.
 */
export function processStat(pid: number): readonly string[] | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'latin1')
    // The name of the program comes second, in brackets, and may hold anything.
    return stat.slice(stat.lastIndexOf(')') + 2).split(' ')
  } catch {
    return undefined
  }
}
