import type { Dirent } from 'node:fs'
import { readdir, realpath, stat } from 'node:fs/promises'
import { basename, join } from 'node:path'

/**
 * The package folders below a node_modules folder, one by one as they are found: scoped packages, node_modules
 * folders inside packages, and the store that pnpm keeps. A folder that several symlinks lead to comes once.
 */
export async function* findPackages(modules: string, seen: Set<string> = new Set()): AsyncGenerator<string> {
  let entries: Dirent[]
  try {
    entries = await readdir(modules, { withFileTypes: true })
  } catch (error) {
    // Most packages have no node_modules. One that cannot be read fails where failures are dealt with: in the read.
    if (!isMissing(error)) yield modules
    return
  }
  for (const entry of entries) {
    const folder = await realpath(join(modules, entry.name)).catch(() => undefined)
    if (folder === undefined || seen.has(folder) || entry.isFile()) continue
    seen.add(folder)
    if (entry.name.startsWith('@')) {
      yield* findPackages(folder, seen)
    } else if (entry.name === '.pnpm') {
      for (const name of await readdir(folder)) yield* findPackages(join(folder, name, 'node_modules'), seen)
    } else if (!entry.name.startsWith('.')) {
      yield folder
      yield* findPackages(join(folder, 'node_modules'), seen)
    }
  }
}

/** The node_modules folder that is meant by `path`: itself, or the one in it. @throws Error when there is none. */
export async function modulesFolder(path: string): Promise<string> {
  if (!(await isFolder(path))) throw new Error(`there is no folder ${path}`)
  if (basename(path) === 'node_modules') return path
  const modules = join(path, 'node_modules')
  if (await isFolder(modules)) return modules
  throw new Error(`there is no node_modules in ${path}: install its dependencies first, or give another path`)
}

/** There is nothing at that path, as opposed to something that cannot be read. */
export function isMissing(error: unknown): boolean {
  const { code } = error as NodeJS.ErrnoException
  return code === 'ENOENT' || code === 'ENOTDIR'
}

async function isFolder(path: string): Promise<boolean> {
  return stat(path).then(
    (found) => found.isDirectory(),
    () => false,
  )
}
