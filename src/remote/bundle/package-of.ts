import { readFileSync, realpathSync } from 'node:fs'
import { dirname, join } from 'node:path'

/** What is read of a package.json. */
export interface PackageManifest {
  readonly name?: string
  readonly version?: string
  readonly gypfile?: boolean
  readonly binary?: unknown
  readonly napi?: unknown
  readonly dependencies?: Readonly<Record<string, string>>
  readonly optionalDependencies?: Readonly<Record<string, string>>
  readonly peerDependencies?: Readonly<Record<string, string>>
}

export interface PackageFolder {
  readonly folder: string
  readonly manifest: PackageManifest
}

/** The package that a file or folder belongs to: a package.json without a name only says how files are read. */
export function packageOf(path: string): PackageFolder | null {
  for (let folder = path; ; folder = dirname(folder)) {
    const manifest = manifestIn(folder)
    if (manifest?.name !== undefined) return { folder, manifest }
    if (dirname(folder) === folder) return null
  }
}

/** The package of that name as code in `from` finds it, where it really lies. */
export function findPackage(name: string, from: string): PackageFolder | null {
  for (let folder = from; ; folder = dirname(folder)) {
    const candidate = join(folder, 'node_modules', name)
    const manifest = manifestIn(candidate)
    if (manifest !== null) return { folder: realpathSync(candidate), manifest }
    if (dirname(folder) === folder) return null
  }
}

function manifestIn(folder: string): PackageManifest | null {
  try {
    return JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as PackageManifest
  } catch {
    return null
  }
}
