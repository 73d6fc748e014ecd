import { readFileSync, readdirSync } from 'node:fs'

/** Megabytes in memory of a process and all that it has started; 0 where it is gone. */
export function memoryOf(pid: number): number {
  let sum = residentMegabytes(pid)
  for (const child of childrenOf(pid)) sum += memoryOf(child)
  return sum
}

function residentMegabytes(pid: number): number {
  try {
    const [, kilobytes = '0'] = /^VmRSS:\s+(\d+)/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8')) ?? []
    return Number(kilobytes) / 1024
  } catch {
    return 0
  }
}

function childrenOf(pid: number): readonly number[] {
  try {
    return readdirSync(`/proc/${pid}/task`).flatMap((task) =>
      readFileSync(`/proc/${pid}/task/${task}/children`, 'utf8').split(' ').filter(Boolean).map(Number),
    )
  } catch {
    return []
  }
}
