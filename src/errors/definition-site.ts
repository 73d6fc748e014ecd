import { fileURLToPath } from 'node:url'

/** The line of the user's program on which an operator was created. */
export interface DefinitionSite {
  readonly file: string
  /** 1-based. */
  readonly line: number
  /** 1-based. */
  readonly column: number
}

/**
 * The folders of this library's modules: frames below them are ours, not the user's. Where source maps are on, as they
 * are under tsx, the frames of the built modules in `dist` name the sources in `src`.
 */
const libraryFolders = ['..', '../../src/'].map((folder) => fileURLToPath(new URL(folder, import.meta.url)))

/** Frames kept: enough for the way through the library to the user's call. */
const FRAMES = 12

/**
 * Remembers where the user's program is, and returns a function that tells: the innermost stack frame outside the
 * library, or undefined where the engine gives no usable stack. Capturing is cheap; telling formats the stack.
 */
export function captureSite(): () => DefinitionSite | undefined {
  const holder: { stack?: string } = {}
  const limit = Error.stackTraceLimit
  Error.stackTraceLimit = FRAMES
  Error.captureStackTrace(holder, captureSite)
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

/** `at f (file:///a/b.ts:1:2)` or `at file:///a/b.ts:1:2`; paths may have brackets of their own. */
const frame = /(?:^\s*at (?:async )?|\()((?:file:\/\/|\/|[A-Za-z]:\\).*):(\d+):(\d+)\)?$/

function parseSite(stack: string): DefinitionSite | undefined {
  for (const line of stack.split('\n').slice(1)) {
    const match = frame.exec(line)
    // Code made by eval has no line in any file.
    if (match === null || line.includes('(eval at ')) continue
    const file = toPath(match[1] as string)
    if (libraryFolders.some((folder) => file.startsWith(folder))) continue
    return Object.freeze({ file, line: Number(match[2]), column: Number(match[3]) })
  }
  return undefined
}

function toPath(location: string): string {
  return location.startsWith('file:') ? fileURLToPath(location) : location
}
