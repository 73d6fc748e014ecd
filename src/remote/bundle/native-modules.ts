import type { Plugin } from 'esbuild'
import { existsSync } from 'node:fs'
import { dirname, join, relative } from 'node:path'
import { type PackageFolder, type PackageManifest, packageOf } from './package-of.ts'

/** Packages that look for the parts of another that are made for one platform. */
const finders = [
  'bindings',
  'node-gyp-build',
  'node-gyp-build-optional-packages',
  '@mapbox/node-pre-gyp',
  'node-pre-gyp',
  'prebuild-install',
  '@neon-rs/load',
  'napi-postinstall',
]

const platform = /(^|[-/])(linux|darwin|win32)-(x64|arm64|ia32|arm)\b/

/** A package with parts made for one platform, and how that shows. */
export interface NativePackage {
  readonly name: string
  readonly reason: string
}

/** Takes the place of `.node` files, so that esbuild goes on to the end. They are among the inputs of the output. */
export const nativeFiles: Plugin = {
  name: 'millrace-native',
  setup(build) {
    build.onLoad({ filter: /\.node$/, namespace: 'file' }, () => ({ contents: '', loader: 'js' }))
  },
}

/** The packages with native parts that these files, which all are in a bundle, belong to. */
export function nativePackages(files: readonly string[]): readonly NativePackage[] {
  const looked = new Set<string>()
  const found = new Map<string, NativePackage>()
  for (const file of files) {
    const owner = packageOf(dirname(file))
    const name = owner?.manifest.name ?? file
    if (file.endsWith('.node')) {
      const reason = `loads ${owner === null ? file : relative(owner.folder, file)}`
      found.set(name, { name, reason })
    }
    if (owner === null || looked.has(owner.folder) || !isInstalled(owner.folder)) continue
    looked.add(owner.folder)
    const reason = nativePart(owner)
    if (reason !== null && !found.has(name)) found.set(name, { name, reason })
  }
  return [...found.values()]
}

/** Of the user's own package the bundle has what it imports: what else lies there is of no concern. */
function isInstalled(folder: string): boolean {
  return /[\\/]node_modules[\\/]/.test(folder)
}

function nativePart({ folder, manifest }: PackageFolder): string | null {
  if (manifest.gypfile === true || existsSync(join(folder, 'binding.gyp'))) return 'is compiled by node-gyp'
  if (existsSync(join(folder, 'prebuilds'))) return 'has prebuilt parts'
  const { dependencies = {}, optionalDependencies = {} }: PackageManifest = manifest
  const parts = Object.keys(optionalDependencies).filter((name) => platform.test(name))
  if (parts.length > 0) return `has parts made for one platform, such as ${parts[0]}`
  const finder = finders.find((name) => name in dependencies)
  return finder === undefined ? null : `has native parts, which ${finder} looks for`
}
