import { spawnSync } from 'node:child_process'
import { closeSync, mkdtempSync, openSync, rmdirSync, statfsSync, writeSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import process from 'node:process'
import type { TestContext } from '../../../support/suite.ts'
import { emptyFolder } from './stores.ts'

const mount = (folder: string): boolean =>
  process.getuid?.() === 0 &&
  spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=2m', 'tmpfs', folder]).status === 0
const unmount = (folder: string): void => void spawnSync('umount', ['-l', folder])

/** Root may mount a disk, outside of some containers. */
export function canMount(): boolean {
  const folder = mkdtempSync(join(tmpdir(), 'millrace-mount-'))
  const done = mount(folder)
  if (done) unmount(folder)
  rmdirSync(folder)
  return done
}

/** An empty disk of 2 MB, that goes with the test. */
export function smallDisk(context: Pick<TestContext, 'cleanup'>): string {
  const folder = emptyFolder(context)
  if (!mount(folder)) throw new Error(`cannot mount a disk at ${folder}`)
  context.cleanup(() => unmount(folder))
  return folder
}

/** Makes a file grow until its disk has no room but so many blocks. */
export function fill(file: string, left = 0): void {
  const handle = openSync(file, 'a')
  const block = new Uint8Array(4096)
  while (statfsSync(file).bfree > left) writeSync(handle, block)
  closeSync(handle)
}
