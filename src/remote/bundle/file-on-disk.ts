import { createHash } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { lstat, readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { BundleError } from '../../errors/bundle-errors.ts'
import type { BundledFile } from './program-bundle.ts'

/** A file that is shipped as it is. It is read once for its hash, and again when the server wants it. */
export async function fileOnDisk(path: string, from: string): Promise<BundledFile> {
  const hash = createHash('sha256')
  let size = 0
  for await (const bytes of createReadStream(from) as AsyncIterable<Uint8Array>) {
    hash.update(bytes)
    size += bytes.length
  }
  return { path, hash: hash.digest('hex'), size, content: { path: from } }
}

/**
 * The files below a folder, as paths with forward slashes relative to it, in order.
 * @param enter whether to look into a folder of that path.
 * @throws BundleError for symbolic links, which may lead anywhere.
 */
export async function filesBelow(
  folder: string,
  enter: (path: string) => boolean,
): Promise<readonly string[]> {
  const found: string[] = []
  const walk = async (below: string): Promise<void> => {
    const entries = await readdir(join(folder, below), { withFileTypes: true })
    for (const entry of entries.sort((a, b) => (a.name < b.name ? -1 : 1))) {
      const path = below === '' ? entry.name : `${below}/${entry.name}`
      if (entry.isDirectory()) {
        if (enter(path)) await walk(path)
      } else if (entry.isFile()) found.push(path)
      else if (entry.isSymbolicLink()) throw symbolicLink(join(folder, path))
    }
  }
  await walk('')
  return found
}

/** What a path is; null: nothing. @throws BundleError for a symbolic link. */
export async function kindOf(path: string): Promise<'file' | 'folder' | null> {
  const stats = await lstat(path).catch(() => null)
  if (stats?.isSymbolicLink() === true) throw symbolicLink(path)
  if (stats?.isDirectory() === true) return 'folder'
  return stats?.isFile() === true ? 'file' : null
}

function symbolicLink(path: string): BundleError {
  return new BundleError(`'${path}' is a symbolic link, which is not shipped.`, [], {
    remedy: 'Put the file itself in its place, or name the file it leads to.',
  })
}
