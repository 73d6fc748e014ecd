import type { BuildFailure, BuildOptions, Message, OutputFile } from 'esbuild'
import type { SourceMapPayload } from 'node:module'
import { join, relative, resolve } from 'node:path'
import { BundleError } from '../../errors/bundle-errors.ts'
import { libraryModules } from './library-modules.ts'
import { moduleBanner, moduleDefines, moduleUrls } from './module-urls.ts'
import { nativeFiles } from './native-modules.ts'
import { type BundleRequest, ENTRY_NAME } from './program-bundle.ts'
import { rootOf } from './source-names.ts'

/** It asks for what it can do without, and comes with the client of NATS. */
const harmless = /(?:^|[\\/])node_modules[\\/]tweetnacl[\\/]/

/** What esbuild has made of a program. */
export interface BuiltEntry {
  /** Folder that names of sources are relative to. */
  readonly root: string
  readonly code: string
  /** Its sources are absolute paths; those of modules that we made up begin with the plugin's namespace. */
  readonly map: SourceMapPayload
  /** Absolute paths of the files in it. */
  readonly inputs: readonly string[]
  /** Absolute paths of the files it was made from. */
  readonly read: readonly string[]
  readonly warnings: readonly string[]
}

/** @throws BundleError with what esbuild says: a module that is not there, a syntax error. */
export async function buildEntry(request: BundleRequest): Promise<BuiltEntry> {
  const root = rootOf(request.entry)
  const esbuild = await import('esbuild')
  const options = {
    entryPoints: [request.entry],
    outfile: join(root, ENTRY_NAME),
    absWorkingDir: root,
    bundle: true,
    write: false,
    metafile: true,
    format: 'esm',
    platform: 'node',
    target: 'node20',
    sourcemap: 'external',
    // Classes of one name in two modules keep it: errors are known by it.
    keepNames: true,
    legalComments: 'none',
    charset: 'utf8',
    external: [...request.external, ...request.packages],
    define: { ...moduleDefines },
    banner: { js: moduleBanner },
    logLevel: 'silent',
    logOverride: {
      'unsupported-dynamic-import': 'warning',
      'unsupported-require-call': 'warning',
      'indirect-require': 'warning',
    },
    plugins: [libraryModules, nativeFiles, moduleUrls(request.entry)],
  } satisfies BuildOptions
  const { outputFiles, metafile, warnings } = await esbuild.build(options).catch((error: unknown) => {
    throw asBundleError(error, request, root)
  })
  const map = JSON.parse(textOf(outputFiles, '.map')) as SourceMapPayload
  const inputs = Object.values(metafile.outputs).flatMap((output) =>
    Object.entries(output.inputs).flatMap(([path, { bytesInOutput }]) =>
      bytesInOutput > 0 || path.endsWith('.node') ? [path] : [],
    ),
  )
  const onDisk = (paths: readonly string[]): readonly string[] =>
    paths.filter((path) => !isMadeUp(path)).map((path) => resolve(root, path))
  return {
    root,
    read: onDisk(Object.keys(metafile.inputs)),
    code: namesOfClasses(textOf(outputFiles, '.mjs')),
    map: {
      ...map,
      sources: map.sources.map((source) => (isMadeUp(source) ? source : resolve(root, decoded(source)))),
    },
    inputs: onDisk(inputs),
    warnings: warnings.filter(({ location }) => !harmless.test(location?.file ?? '')).map(told),
  }
}

/**
 * Names are kept by a call wherever a function is made, which slows a function that makes another for each record ten
 * times down. Classes need it; functions get a call that does nothing, as long as the one it replaces, since the source
 * map counts columns.
 */
function namesOfClasses(code: string): string {
  return code.replace(/\b__name\((?!this, )/g, '__kept(')
}

/** Modules of plugins have a namespace, of at least two letters: drives have one. */
export function isMadeUp(source: string): boolean {
  return /^[\w-]{2,}:/.test(source)
}

/** esbuild writes sources as URLs; those it has from source maps are as they were written. */
function decoded(source: string): string {
  try {
    return decodeURIComponent(source)
  } catch {
    return source
  }
}

function textOf(files: readonly OutputFile[], end: string): string {
  return files.find(({ path }) => path.endsWith(end))!.text
}

function told({ location, text }: Message): string {
  return location === null ? text : `${location.file}:${location.line}: ${text}`
}

function asBundleError(error: unknown, request: BundleRequest, root: string): unknown {
  const messages = (error as Partial<BuildFailure>).errors
  if (messages === undefined || messages.length === 0) return error
  const first = messages.find(({ location }) => location !== null)?.location
  const missing = messages.some(({ text }) => text.startsWith('Could not resolve'))
  return new BundleError(`'${relative(root, request.entry)}' cannot be bundled:`, messages.map(told), {
    ...(first && { site: { file: resolve(root, first.file), line: first.line, column: first.column + 1 } }),
    remedy: missing
      ? "Install what is missing; leave to the server what is there only: { external: ['name'] }."
      : 'Mend what is said above.',
    cause: error,
  })
}
