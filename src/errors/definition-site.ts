import { fileURLToPath } from 'node:url'

/** The line of the user's program on which an operator was created. */
export interface DefinitionSite {
  readonly file: string
  /** 1-based. */
  readonly line: number
  /** 1-based. */
  readonly column: number
}

/** Folder that holds this library's modules, sources or built: frames below it are ours, not the user's. */
const libraryRoot = new URL('..', import.meta.url).href

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
    const location = match[1] as string
    const url = location.startsWith('file:') ? location : `file://${location}`
    if (url.startsWith(libraryRoot)) continue
    return { file: toPath(location), line: Number(match[2]), column: Number(match[3]) }
  }
  return undefined
}

function toPath(location: string): string {
  return location.startsWith('file:') ? fileURLToPath(location) : location
}
