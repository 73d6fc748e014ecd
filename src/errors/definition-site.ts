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

/**
 * The innermost stack frame outside the library, read when an operator is recorded. Costs a stack capture, so it
 * belongs to graph construction only. Undefined where the engine gives no usable stack.
 */
export function captureSite(): DefinitionSite | undefined {
  const holder: { stack?: string } = {}
  const limit = Error.stackTraceLimit
  Error.stackTraceLimit = 16
  Error.captureStackTrace(holder, captureSite)
  Error.stackTraceLimit = limit
  for (const line of (holder.stack ?? '').split('\n').slice(1)) {
    const match = /\(?((?:file:\/\/|\/|[A-Za-z]:\\)[^()]*?):(\d+):(\d+)\)?$/.exec(line)
    if (match === null) continue
    const location = match[1] as string
    const url = location.startsWith('file:') ? location : `file://${location}`
    if (url.startsWith(libraryRoot) || location.startsWith('node:')) continue
    return { file: toPath(location), line: Number(match[2]), column: Number(match[3]) }
  }
  return undefined
}

function toPath(location: string): string {
  return location.startsWith('file:') ? fileURLToPath(location) : location
}
