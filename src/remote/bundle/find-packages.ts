import { join } from 'node:path'
import { BundleError } from '../../errors/bundle-errors.ts'
import { filesBelow } from './file-on-disk.ts'
import { findPackage } from './package-of.ts'

/** A file of a package: where it is, and where it is to be. */
export interface PackageFile {
  readonly path: string
  readonly from: string
}

/** Somebody who needs a package: the program, or another package. */
interface Need {
  readonly name: string
  /** Folder whose code looks for it. */
  readonly from: string
  /** Where that folder is to be; '' is the program's. */
  readonly parent: string
  readonly optional: boolean
}

/**
 * The files of packages and of all they depend on, as they are to lie in the job's folder: each package once, at the
 * top, but for second versions, which lie below the package that needs them.
 * @throws BundleError when one is not installed, or holds symbolic links.
 */
export async function findPackages(
  folder: string,
  names: readonly string[],
): Promise<readonly PackageFile[]> {
  const placed = new Map<string, string>()
  const files: PackageFile[] = []
  // What the program itself asks for has the top; what packages depend on comes after.
  const needs: Need[] = names.map((name) => ({ name, from: folder, parent: '', optional: false }))
  for (const { name, from, parent, optional } of needs) {
    const found = findPackage(name, from)
    if (found === null) {
      if (optional) continue
      throw notInstalled(name, parent)
    }
    const at = placeOf(name, found.folder, parent, placed)
    if (at === null) continue
    placed.set(at, found.folder)
    const own = await filesBelow(found.folder, (path) => !/(^|\/)(node_modules|\.git)$/.test(path))
    files.push(...own.map((file) => ({ path: `${at}/${file}`, from: join(found.folder, file) })))
    const { dependencies = {}, optionalDependencies = {}, peerDependencies = {} } = found.manifest
    for (const needed of Object.keys({ ...peerDependencies, ...dependencies, ...optionalDependencies })) {
      const required = needed in dependencies && !(needed in optionalDependencies)
      needs.push({ name: needed, from: found.folder, parent: at, optional: !required })
    }
  }
  return files
}

/** Null: who asks finds this very package already. */
function placeOf(
  name: string,
  folder: string,
  parent: string,
  placed: ReadonlyMap<string, string>,
): string | null {
  const steps = parent.split(/\/?node_modules\//).slice(1)
  for (let depth = steps.length; depth >= 0; depth--) {
    const above = steps.slice(0, depth).map((step) => `node_modules/${step}/`)
    const there = placed.get(`${above.join('')}node_modules/${name}`)
    if (there === folder) return null
    if (there !== undefined) return `${parent}/node_modules/${name}`
  }
  return `node_modules/${name}`
}

function notInstalled(name: string, parent: string): BundleError {
  const by = parent === '' ? "'packages' lists" : `'${parent}' depends on`
  return new BundleError(`Package '${name}', which ${by}, is not installed here.`, [], {
    remedy: `Install it, or leave it to the server to have: { external: ['${name}'] }.`,
  })
}
