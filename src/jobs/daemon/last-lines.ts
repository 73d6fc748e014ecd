import { closeSync, fstatSync, openSync, readSync } from 'node:fs'

/** Bytes of the end of a file that are looked at. */
const TAIL = 64 * 1024

/** The last lines of a file; none where there is no file. */
export function lastLines(path: string, count: number): readonly string[] {
  let fd: number
  try {
    fd = openSync(path, 'r')
  } catch {
    return []
  }
  try {
    const { size } = fstatSync(fd)
    const bytes = Buffer.alloc(Math.min(size, TAIL))
    const length = readSync(fd, bytes, 0, bytes.length, size - bytes.length)
    const lines = bytes.toString('utf8', 0, length).split('\n')
    // Where the file is longer, the first is half a line.
    if (size > TAIL) lines.shift()
    return lines.filter((line) => line !== '').slice(-count)
  } finally {
    closeSync(fd)
  }
}
