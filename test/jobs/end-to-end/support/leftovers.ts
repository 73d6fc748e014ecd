import { readdirSync, readFileSync, readlinkSync } from 'node:fs'
import { join, sep } from 'node:path'
import process from 'node:process'

/** Processes that work in a folder, with their commands: as Linux tells it, elsewhere none. */
export function processesIn(folder: string): readonly string[] {
  return pids().flatMap((pid) => {
    const place = attempt(() => readlinkSync(`/proc/${pid}/cwd`)) ?? ''
    if (!`${place}${sep}`.startsWith(`${folder}${sep}`)) return []
    const command = attempt(() => readFileSync(`/proc/${pid}/cmdline`, 'utf8')) ?? ''
    return [`${pid} ${command.replaceAll('\0', ' ').trim()}`]
  })
}

/** Children of this process that have ended and that nobody has looked after. */
export function zombies(): readonly number[] {
  return pids().filter((pid) => {
    const stat = attempt(() => readFileSync(`/proc/${pid}/stat`, 'latin1')) ?? ''
    // The name of the program comes second, in brackets, and may hold anything.
    const [state, parent] = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
    return state === 'Z' && Number(parent) === process.pid
  })
}

/** Files in a server's folder that were to be there for a moment only. */
export function temporaryFiles(data: string): readonly string[] {
  return readdirSync(data, { recursive: true, encoding: 'utf8' })
    .filter((name) => /\.(?:new|part)$/.test(name))
    .map((name) => join(data, name))
}

function pids(): readonly number[] {
  return (attempt(() => readdirSync('/proc')) ?? []).map(Number).filter(Number.isInteger)
}

/** What is looked at may be gone by then. */
function attempt<T>(look: () => T): T | undefined {
  try {
    return look()
  } catch {
    return undefined
  }
}
