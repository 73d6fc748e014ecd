import { readdirSync, readFileSync, readlinkSync } from 'node:fs'

/** A process that listens on a port. */
export interface Listener {
  readonly pid: number
  /** Of its program. */
  readonly name: string
}

/**
 * Who listens on a TCP port of this machine, as Linux tells it. Undefined where nobody does, where it is a process that
 * this user may not look into, and on other systems.
 */
export function findListener(port: number): Listener | undefined {
  const inodes = listeningSockets(port)
  if (inodes.size === 0) return undefined
  for (const entry of list('/proc')) {
    if (!/^\d+$/.test(entry)) continue
    const holds = list(`/proc/${entry}/fd`).some((fd) => inodes.has(linkOf(`/proc/${entry}/fd/${fd}`)))
    if (holds) return { pid: Number(entry), name: read(`/proc/${entry}/comm`).trim() }
  }
  return undefined
}

/** As the links in `/proc/<pid>/fd` name them. */
function listeningSockets(port: number): ReadonlySet<string> {
  const LISTEN = '0A'
  const wanted = `:${port.toString(16).toUpperCase().padStart(4, '0')}`
  const sockets = new Set<string>()
  for (const table of ['/proc/net/tcp', '/proc/net/tcp6']) {
    for (const line of read(table).split('\n')) {
      const [, local = '', , state, , , , , , inode] = line.trim().split(/\s+/)
      if (state === LISTEN && local.endsWith(wanted)) sockets.add(`socket:[${inode}]`)
    }
  }
  return sockets
}

// Processes come and go while one looks, and many are not ours to look at.

function list(folder: string): readonly string[] {
  try {
    return readdirSync(folder)
  } catch {
    return []
  }
}

function read(file: string): string {
  try {
    return readFileSync(file, 'latin1')
  } catch {
    return ''
  }
}

function linkOf(path: string): string {
  try {
    return readlinkSync(path)
  } catch {
    return ''
  }
}
