import { lstat, readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { RecordContext } from '../../src/index.ts'
import { isMissing } from './find-packages.ts'

export interface Package {
  readonly folder: string
  /** As the manifest has it: an SPDX expression, if its author knew of them. */
  readonly licence: string
  /** Of all files of the package, without the packages inside it. */
  readonly bytes: number
}

/** Reads a package's manifest and measures its folder. Undefined, which drops the record, where there is no manifest. */
export async function readPackage(folder: string, ctx: RecordContext): Promise<Package | undefined> {
  const text = await readFile(join(folder, 'package.json'), 'utf8').catch((error: unknown) => {
    if (isMissing(error)) return undefined
    throw error
  })
  if (text === undefined) return undefined
  const manifest: unknown = JSON.parse(text.replace(/^\uFEFF/, ''))
  if (typeof manifest !== 'object' || manifest === null || Array.isArray(manifest)) {
    throw new TypeError('the manifest is not an object')
  }
  return { folder, licence: licenceOf(manifest), bytes: await folderSize(folder, ctx.signal) }
}

interface Licences {
  readonly license?: unknown
  readonly licenses?: unknown
}

/** `license: 'MIT'`, or what was usual before: `license: { type: 'MIT' }`, `licenses: [{ type: 'MIT' }, ...]`. */
function licenceOf({ license, licenses }: Licences): string {
  const given = Array.isArray(licenses) ? (licenses as readonly unknown[]) : [license ?? licenses]
  const names = given.map((entry) => {
    const type = typeof entry === 'object' && entry !== null ? (entry as { type?: unknown }).type : entry
    return typeof type === 'string' ? type.trim() : ''
  })
  return names.filter((name) => name !== '').join(' OR ') || 'none given'
}

async function folderSize(folder: string, signal: AbortSignal, isPackage = true): Promise<number> {
  // Measuring takes a while: give up as soon as the job is cancelled.
  signal.throwIfAborted()
  let bytes = 0
  for (const entry of await readdir(folder, { withFileTypes: true })) {
    const path = join(folder, entry.name)
    if (entry.isFile()) bytes += (await lstat(path)).size
    else if (entry.isDirectory() && !(isPackage && entry.name === 'node_modules')) {
      bytes += await folderSize(path, signal, false)
    }
  }
  return bytes
}
