import { fileURLToPath } from 'node:url'

/** The line of the user's program on which an operator was created. */
export interface DefinitionSite {
  readonly file: string
  /** 1-based. */
  readonly line: number
  /** 1-based. */
  readonly column: number
}

/** Frames kept: enough for the way through the library to the user's call. Each costs. */
const FRAMES = 12

/**
 * Remembers where the user's program is, and returns a function that tells: the innermost stack frame outside the
 * library, or undefined where the engine gives no usable stack. Capturing is cheap; telling formats the stack.
 * @param above a caller: it and what it called are left out. @param frames kept, at most.
 */
export function captureSite(
  above: (...args: never[]) => unknown = captureSite,
  frames: number = FRAMES,
): () => DefinitionSite | undefined {
  const holder: { stack?: string } = {}
  const limit = Error.stackTraceLimit
  Error.stackTraceLimit = frames
  Error.captureStackTrace(holder, above)
  Error.stackTraceLimit = limit
  let site: DefinitionSite | undefined | null = null
  return () => {
    if (site === null) {
      site = parseSite(holder.stack ?? '')
      delete holder.stack
    }
    return site
  }
}

/** The innermost frame of a stack that is outside the library, and in no package where that can be; else undefined. */
export function siteOfStack(stack: string): DefinitionSite | undefined {
  return parseSite(stack, (file) => packages.test(file)) ?? parseSite(stack)
}

const packages = /[\\/]node_modules[\\/]/

/** `at f (file:///a/b.ts:1:2)` or `at file:///a/b.ts:1:2`; paths may have brackets of their own. */
const frame = /(?:^\s*at (?:async )?|\()((?:[a-z][a-z0-9+.-]*:\/\/|\/|[A-Za-z]:\\).*):(\d+):(\d+)\)?$/

function parseSite(stack: string, skips?: (file: string) => boolean): DefinitionSite | undefined {
  for (const { file, line, column } of framesOf(stack)) {
    if (isOfLibrary(file) || skips?.(file) === true) continue
    return Object.freeze({ file, line, column })
  }
  return undefined
}

function* framesOf(stack: string): Iterable<DefinitionSite> {
  for (const line of stack.split('\n').slice(1)) {
    const match = frame.exec(line)
    // Code made by eval has no line in any file.
    if (match === null || line.includes('(eval at ')) continue
    yield { file: toPath(match[1] as string), line: Number(match[2]), column: Number(match[3]) }
  }
}

function first<T>(items: Iterable<T>): T | undefined {
  for (const item of items) return item
  return undefined
}

function toPath(location: string): string {
  return location.startsWith('file:') ? fileURLToPath(location) : location
}

/** Where this module is. Formatted when it is needed: source maps are read for it. */
const own: { stack?: string } = {}
Error.captureStackTrace(own)
let library: readonly string[] | undefined

/**
 * Frames below the folders of this library's modules are ours, not the user's. The folders are told by a stack, as
 * sites are: it names what the modules were made from where source maps are on, also when a program has this library in
 * its bundle. There the sources in `src` are named, or the built modules in `dist`. Without source maps such a bundle is
 * one file, in which nobody's frames can be told from ours.
 */
function isOfLibrary(file: string): boolean {
  library ??= foldersOf(first(framesOf(own.stack ?? ''))?.file ?? toPath(import.meta.url))
  return library.some((folder) => file.startsWith(folder))
}

function foldersOf(module: string): readonly string[] {
  const place = /^(.*[\\/])([^\\/]+)([\\/])errors[\\/]definition-site\.\w+$/.exec(module)
  if (place === null) return [module]
  const [, root, folder, slash] = place
  return [folder, 'src', 'dist'].map((name) => `${root}${name}${slash}`)
}
