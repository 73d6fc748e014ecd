import type { SourceMapPayload } from 'node:module'
import { dirname, join } from 'node:path'
import { BundleError, NativeModuleError } from '../../errors/bundle-errors.ts'
import { type BuiltEntry, buildEntry, isMadeUp } from './build-entry.ts'
import { checkOutput } from './check-output.ts'
import { fileInMemory, sha256 } from './file-in-memory.ts'
import { fileOnDisk } from './file-on-disk.ts'
import { findAssets } from './find-assets.ts'
import { findPackages } from './find-packages.ts'
import { withoutAddition } from './module-urls.ts'
import { nativePackages } from './native-modules.ts'
import { type BundledFile, type BundleRequest, ENTRY_NAME, type ProgramBundle } from './program-bundle.ts'
import { sourceName } from './source-names.ts'

/** As the server takes them. */
const MAX_FILES = 10_000
const MADE_UP = 'program:///made-up'
const PATH = /^(?![A-Za-z]:)[^\\\0:]{1,1024}$/

/**
 * Makes a program of an entry file and all it imports: one module, its source map, and what is shipped as it is.
 * @throws NativeModuleError, BundleError: with what cannot be carried, and how to ship it.
 */
export async function bundleProgram(request: BundleRequest): Promise<ProgramBundle> {
  return finishBundle(request, await buildEntry(request))
}

/** The same, where the code has been built already. */
export async function finishBundle(request: BundleRequest, built: BuiltEntry): Promise<ProgramBundle> {
  const { root } = built
  const folder = dirname(request.entry)
  const assets = await findAssets(folder, request.assets)
  const packages = await findPackages(folder, request.packages)
  const warnings = checkBuilt(built, { folder, assets, request })
  const code = `${built.code}\n//# sourceMappingURL=${ENTRY_NAME}.map\n`
  const files = [fileInMemory(ENTRY_NAME, code), fileInMemory(`${ENTRY_NAME}.map`, mapText(built.map, root))]
  for (const path of assets) files.push(await fileOnDisk(path, join(folder, path)))
  for (const { path, from } of packages) files.push(await fileOnDisk(path, from))
  checkFiles(files)
  return { entry: ENTRY_NAME, files, hash: hashOf(files), root, warnings }
}

interface Surroundings {
  readonly folder: string
  readonly assets: readonly string[]
  readonly request: BundleRequest
}

function checkBuilt(built: BuiltEntry, { folder, assets, request }: Surroundings): readonly string[] {
  const native = nativePackages(built.inputs)
  if (native.length > 0) {
    const names = native.map(({ name }) => name)
    const problems = native.map(({ name, reason }) => `${name} ${reason}`)
    const list = names.map((name) => `'${name}'`).join(', ')
    throw new NativeModuleError('A bundle cannot carry native modules:', names, problems, {
      remedy: `Ship the packages as they are, { packages: [${list}] }, to a server of the same platform, or leave them to the server to have: { external: [${list}] }.`,
    })
  }
  const { problems, warnings } = checkOutput({ ...built, folder, assets })
  if (problems.length > 0) {
    throw new BundleError('The program reads files that a bundle does not carry:', problems, {
      remedy: 'Ship them as said above.',
    })
  }
  // Who lists something has thought of it.
  const listed = request.assets.length + request.packages.length + request.external.length > 0
  return [...built.warnings, ...(listed ? [] : warnings)]
}

/** With names instead of paths, and without the text of packages: stacks need their lines only. */
function mapText(
  { version, sources, sourcesContent, names, mappings }: SourceMapPayload,
  root: string,
): string {
  const named = sources.map((source) => (isMadeUp(source) ? MADE_UP : sourceName(root, source)))
  const contents = sources.map((source, i) => {
    const foreign = isMadeUp(source) || /[\\/]node_modules[\\/]/.test(source)
    return foreign ? null : withoutAddition(sourcesContent[i] ?? '')
  })
  return JSON.stringify({ version, sources: named, sourcesContent: contents, names, mappings })
}

function hashOf(files: readonly BundledFile[]): string {
  const lines = files.map(({ path, hash }) => `${hash} ${path}\n`).sort()
  return sha256(lines.join(''))
}

function checkFiles(files: readonly BundledFile[]): void {
  if (files.length > MAX_FILES) {
    throw new BundleError(`The program has ${files.length} files, and a server takes ${MAX_FILES}.`, [], {
      remedy: 'Ship fewer packages as they are, or put assets into an archive.',
    })
  }
  const paths = new Set<string>()
  for (const { path } of files) {
    if (PATH.test(path) && !paths.has(path)) paths.add(path)
    else {
      throw new BundleError(`A program cannot have a file '${path}'${paths.has(path) ? ' twice' : ''}.`, [], {
        remedy: 'Rename it: colons, backslashes and the names of the bundle itself are taken.',
      })
    }
  }
}
